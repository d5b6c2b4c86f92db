"""The command line's connection to the running daemon: a client like any other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from daemon.instance import HOST, read_note
from daemon.protocol import handshake
from daemon.protocol.messages import (
    MAX_FRAME_BYTES,
    SUBPROTOCOL,
    Challenge,
    DaemonMessage,
    Error,
    Hello,
    Message,
    Proof,
    Welcome,
)

PAIRING = "cli"
SECRET_FILE = "cli.secret"  # noqa: S105 - a file name
ANSWER_S = 30
_ORIGIN = ""
_NOT_RUNNING = "The daemon is not running. Start it with: plm run"
_ENDED = "The daemon ended the connection."

M = TypeVar("M", bound=Message)


class ClientError(Exception):
    """Why the daemon could not be asked: one line for the user."""


class DaemonClient:
    """An open session."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._decoder = msgspec.json.Decoder(DaemonMessage)
        self._asked = 0

    async def ask(self, request: Message, answer: type[M]) -> M:
        """Send a request and return its answer; pushes in between are passed over.

        Raises `ClientError` when the daemon refuses, or says nothing for a minute.
        """
        self._asked += 1
        request.id = f"q{self._asked}"
        await self.send(request)
        while True:
            message = await self.receive()
            if message.id != request.id:
                continue
            if isinstance(message, Error):
                raise ClientError(message.message)
            if isinstance(message, answer):
                return message

    async def send(self, message: Message) -> None:
        """Send one message."""
        try:
            await self._socket.send(msgspec.json.encode(message).decode())
        except WebSocketException:
            raise ClientError(_ENDED) from None

    async def receive(self) -> DaemonMessage:
        """The next message, whatever it is."""
        try:
            async with asyncio.timeout(ANSWER_S):
                frame = await self._socket.recv()
            message: DaemonMessage = self._decoder.decode(frame)
            return message
        except WebSocketException:
            raise ClientError(_ENDED) from None
        except TimeoutError:
            raise ClientError("The daemon does not answer.") from None
        except (msgspec.MsgspecError, UnicodeError):
            raise ClientError("The daemon speaks another version: restart it.") from None


@asynccontextmanager
async def connected(data_dir: Path) -> AsyncIterator[DaemonClient]:
    """A session with the daemon of this data folder. Raises `ClientError`."""
    socket, secret = await _open(data_dir)
    async with socket:
        client = DaemonClient(socket)
        await _shake_hands(client, secret)
        yield client


async def _open(data_dir: Path) -> tuple[ClientConnection, bytes]:
    note = read_note(data_dir)
    if note is None:
        raise ClientError(_NOT_RUNNING)
    try:
        secret = bytes.fromhex((data_dir / SECRET_FILE).read_text("ascii"))
        socket = await connect(
            f"ws://{HOST}:{note.port}/v1",
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            max_size=16 * MAX_FRAME_BYTES,
            proxy=None,
        )
    except (OSError, ValueError):
        raise ClientError(_NOT_RUNNING) from None
    except WebSocketException:
        raise ClientError(_ENDED) from None
    return socket, secret


async def _shake_hands(client: DaemonClient, secret: bytes) -> None:
    """Mutual challenge; nothing is said to a program that cannot prove the secret."""
    own = handshake.new_nonce()
    challenge = await client.ask(Hello(pairing=PAIRING, nonce=own), Challenge)
    expected = handshake.proof(secret, "daemon", own, challenge.nonce, _ORIGIN)
    if not handshake.proofs_equal(expected, challenge.proof):
        raise ClientError("Another program listens on the daemon's port: nothing was sent to it.")
    proof = handshake.proof(secret, "client", own, challenge.nonce, _ORIGIN)
    await client.send(Proof(proof=proof))
    welcome = await client.receive()
    if not isinstance(welcome, Welcome):
        raise ClientError("The daemon does not know this command line: restart it.")
