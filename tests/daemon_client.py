"""A client of the daemon for tests: plain dictionaries over a real WebSocket.

It shares the handshake's arithmetic with the daemon (checked against vectors of its own) and
nothing else, so it can send what a well-behaved client never would.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from daemon.protocol import handshake

EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
OTHER_EXTENSION = "chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba"
FIREFOX_EXTENSION = "moz-extension://6b2c5d8e-0f4a-4b9e-9d3c-2a1f7e8c9b04"

PATIENCE_S = 60

Json = dict[str, Any]


@dataclass(frozen=True)
class Credentials:
    """What a client keeps after pairing."""

    pairing: str
    secret: bytes
    origin: str = ""


class Client:
    """One connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.pushes: list[Json] = []
        self.welcome: Json = {}
        self._sent = 0

    async def send(self, message_type: str, /, **fields: Any) -> str:
        """Send a message under a fresh id, which is returned."""
        self._sent += 1
        message = {"type": message_type, "id": f"m{self._sent}"} | fields
        await self.socket.send(json.dumps(message))
        return str(message["id"])

    async def receive(self) -> Json:
        """The next message, whatever it is."""
        async with asyncio.timeout(PATIENCE_S):
            message: Json = json.loads(await self.socket.recv())
        return message

    async def answer_to(self, message_id: str) -> Json:
        """The final answer to this request; what else comes meanwhile is a push or an update."""
        while True:
            message = await self.receive()
            if message["id"] == message_id and message.get("done", True):
                return message
            self.pushes.append(message)

    async def ask(self, message_type: str, /, **fields: Any) -> Json:
        """Send a message and wait for its answer."""
        return await self.answer_to(await self.send(message_type, **fields))

    async def push(self, kind: str) -> Json:
        """The next push of this type, also one that came while waiting for an answer."""
        while True:
            for index, message in enumerate(self.pushes):
                if message["type"] == kind and not message["id"]:
                    return self.pushes.pop(index)
            self.pushes.append(await self.receive())

    async def prove(self, who: Credentials) -> Json:
        """The mutual challenge; returns the daemon's last word: `welcome`, or an error."""
        nonce = handshake.new_nonce()
        challenge = await self.ask("hello", pairing=who.pairing, nonce=nonce)
        if challenge["type"] != "challenge":
            return challenge
        nonces = (nonce, challenge["nonce"])
        expected = handshake.proof(who.secret, "daemon", *nonces, who.origin)
        assert challenge["proof"] == expected, "the daemon does not know the secret"
        proof = handshake.proof(who.secret, "client", *nonces, who.origin)
        self.welcome = await self.ask("proof", proof=proof)
        return self.welcome

    async def pair(self, code: str, origin: str) -> Json | Credentials:
        """Pair by code; returns the new credentials, or the daemon's error."""
        nonce = handshake.new_nonce()
        challenge = await self.ask("pair_hello", nonce=nonce, client="a test")
        if challenge["type"] != "pair_challenge":
            return challenge
        nonces = (nonce, challenge["nonce"])
        key = handshake.stretch_code(code, *nonces)
        proof = handshake.proof(key, "pair-client", *nonces, origin)
        answer = await self.ask("pair_proof", proof=proof)
        if answer["type"] != "paired":
            return answer
        secret = handshake.pairing_secret(key, *nonces, origin)
        return Credentials(answer["pairing"], secret, origin)


@asynccontextmanager
async def open_client(port: int, origin: str = "", path: str = "/v1") -> AsyncIterator[Client]:
    """A connection that has not proven anything yet."""
    async with connect(
        f"ws://127.0.0.1:{port}{path}",
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol("plm.v1")],
        compression=None,
        max_size=None,
        proxy=None,
    ) as socket:
        yield Client(socket)


@asynccontextmanager
async def open_session(port: int, who: Credentials) -> AsyncIterator[Client]:
    """A session that is open."""
    async with open_client(port, who.origin) as client:
        welcome = await client.prove(who)
        assert welcome["type"] == "welcome", welcome
        yield client


@asynccontextmanager
async def open_playground(port: int) -> AsyncIterator[Client]:
    """What the playground's page opens."""
    origin = f"http://127.0.0.1:{port}"
    async with open_client(port, origin, "/playground/v1") as client:
        client.welcome = await client.receive()
        yield client
