"""Who may connect: pairing by a short code, then a mutual challenge on every connection.

No secret ever travels. At pairing both sides stretch the code that the user carried over by hand
and prove to each other that they know it; the secret they keep is derived from the same
exchange. Later each connection proves the secret afresh, the daemon first, so that a process
squatting on the port while the daemon is down learns nothing it could use.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from daemon.guard import is_extension_origin
from daemon.protocol import handshake
from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import (
    PROTOCOL_VERSION,
    Challenge,
    ClientMessage,
    Hello,
    Message,
    PairChallenge,
    Paired,
    PairHello,
    PairProof,
    Proof,
)
from daemon.store import Store

CODE_LIFETIME_S = 300
MAX_ATTEMPTS = 5
CLI_PAIRING = "cli"

M = TypeVar("M", bound=Message)


class PairingCode:
    """The one code that is good right now, if any."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._code = ""
        self._expires = 0.0
        self._attempts_left = 0

    def issue(self) -> str:
        """A new code, good once, for five minutes and five attempts; an older one dies."""
        self._code = handshake.new_code()
        self._expires = self._clock() + CODE_LIFETIME_S
        self._attempts_left = MAX_ATTEMPTS
        return self._code

    def attempt(self) -> str:
        """The code to check one attempt against. Every attempt counts, finished or not."""
        if not self._code or self._clock() >= self._expires or not self._attempts_left:
            raise ProtocolError("refused", "No pairing code is waiting. Ask for one: plm pair")
        self._attempts_left -= 1
        return self._code

    def redeem(self, code: str) -> bool:
        """Use the code up; false if that happened already."""
        if not self._code or code != self._code:
            return False
        self._code = ""
        return True


@dataclass(slots=True)
class Peer:
    """A connection whose client has not proven anything yet."""

    origin: str
    """The exact Origin header, empty when there was none."""
    take: Callable[[], Awaitable[ClientMessage]]
    send: Callable[[Message], Awaitable[None]]
    asked: str = ""
    """Id of the last message that came."""

    async def receive(self) -> ClientMessage:
        """The next message."""
        message = await self.take()
        self.asked = message.id
        return message

    async def expect(self, kind: type[M]) -> M:
        """The next message, which has to be of this kind."""
        message = await self.receive()
        if not isinstance(message, kind):
            raise ProtocolError("not_authenticated")
        return message


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """What is needed to tell friends from others."""

    store: Store
    code: PairingCode
    cli_secret: bytes

    async def admit(self, peer: Peer) -> str:
        """The id of the pairing that the client proved, or `ProtocolError`."""
        message = await peer.receive()
        if isinstance(message, PairHello):
            await self._pair(peer, message)
            message = await peer.expect(Hello)
        if not isinstance(message, Hello):
            raise ProtocolError("not_authenticated")
        return await self._authenticate(peer, message)

    async def _pair(self, peer: Peer, hello: PairHello) -> None:
        _check_version(hello.version)
        if not is_extension_origin(peer.origin):
            raise ProtocolError("refused", "Only a browser extension can be paired.")
        code = self.code.attempt()
        nonce = handshake.new_nonce()
        key = await asyncio.to_thread(handshake.stretch_code, code, hello.nonce, nonce)
        daemon_proof = handshake.proof(key, "pair-daemon", hello.nonce, nonce, peer.origin)
        await peer.send(PairChallenge(id=hello.id, nonce=nonce, proof=daemon_proof))
        answer = await peer.expect(PairProof)
        expected = handshake.proof(key, "pair-client", hello.nonce, nonce, peer.origin)
        if not handshake.proofs_equal(expected, answer.proof) or not self.code.redeem(code):
            raise ProtocolError("refused", "That code is not right.")
        pairing = secrets.token_hex(16)
        secret = handshake.pairing_secret(key, hello.nonce, nonce, peer.origin)
        await asyncio.to_thread(self.store.pairings.add, pairing, hello.client, peer.origin, secret)
        await peer.send(Paired(id=answer.id, pairing=pairing))

    async def _authenticate(self, peer: Peer, hello: Hello) -> str:
        _check_version(hello.version)
        secret = await self._secret(hello.pairing, peer.origin)
        if secret is None:
            raise ProtocolError("not_authenticated")
        nonce = handshake.new_nonce()
        daemon_proof = handshake.proof(secret, "daemon", hello.nonce, nonce, peer.origin)
        await peer.send(Challenge(id=hello.id, nonce=nonce, proof=daemon_proof))
        answer = await peer.expect(Proof)
        expected = handshake.proof(secret, "client", hello.nonce, nonce, peer.origin)
        still_paired = await self._secret(hello.pairing, peer.origin) == secret
        if not handshake.proofs_equal(expected, answer.proof) or not still_paired:
            raise ProtocolError("not_authenticated")
        return hello.pairing

    async def _secret(self, pairing: str, origin: str) -> bytes | None:
        """The secret of this pairing, if it was made from exactly this Origin."""
        if pairing == CLI_PAIRING:
            return self.cli_secret if not origin else None
        known = await asyncio.to_thread(self.store.pairings.get, pairing)
        if known is None or not origin or known.origin != origin:
            return None
        return known.secret


def _check_version(theirs: int) -> None:
    """Before anything is proven, or an attempt at the code is used up."""
    if theirs < PROTOCOL_VERSION:
        raise ProtocolError("version", "This client is older than PLM: update the client.")
    if theirs > PROTOCOL_VERSION:
        raise ProtocolError("version", "PLM is older than this client: update PLM.")


def renew_cli_secret(data_dir: Path) -> bytes:
    """A fresh secret for the command line, where only this user can read it."""
    secret = secrets.token_bytes(32)
    temporary = data_dir / "cli.secret.new"
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret.hex())
    temporary.replace(data_dir / "cli.secret")
    return secret
