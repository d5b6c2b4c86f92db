"""A coordinator and its nodes, each a real process, over real sockets with TLS."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from federation.certificates import Certificate, make_loopback_certificate
from federation.signatures import public_pem
from tests.federation.coordinator_process import PASSWORD
from tests.federation.talking import TIMEOUT_S, Event, Talker, talking


@dataclass
class Enrolled:
    """A node's identity."""

    node_id: int
    key: Path


@dataclass
class Fleet:
    """A coordinator at a fixed port, which may be killed and started again, and its nodes."""

    folder: Path
    certificate: Certificate
    port: int
    limits: dict[str, int] = field(default_factory=dict)
    coordinator: Talker = field(init=False)
    _running: ExitStack = field(default_factory=ExitStack)
    _names: int = 0

    @property
    def url(self) -> str:
        """Of the gateway."""
        return f"https://127.0.0.1:{self.port}"

    def trusting(self) -> ssl.SSLContext:
        """For clients that know the gateway's certificate."""
        return ssl.create_default_context(cafile=str(self.certificate.certificate))

    def start(self) -> None:
        """Run the coordinator on what it finds in its folder."""
        arguments = (
            *(str(self.folder / "coordinator"), str(self.port)),
            *(str(self.folder), json.dumps(self.limits)),
        )
        module, log = "tests.federation.coordinator_process", self.folder / "coordinator.log"
        process = talking(module, *arguments, log=log, env=os.environ.copy())
        self.coordinator = self._running.enter_context(process)
        self.coordinator.heard("ready")

    def restart(self) -> None:
        """Start the coordinator again after it was killed."""
        self._running.close()
        self.start()

    def end(self) -> None:
        """Have it end by itself, with all that it has started."""
        assert self.coordinator.process.stdin is not None
        self.coordinator.process.stdin.close()
        assert self.coordinator.process.wait(TIMEOUT_S) == 0
        self._running.close()

    def new_key(self) -> tuple[Path, ec.EllipticCurvePrivateKey]:
        """A key of a node's own, in a file."""
        self._names += 1
        file, key = self.folder / f"node-{self._names}.pem", ec.generate_private_key(ec.SECP384R1())
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return file, key

    def enrol(self) -> Enrolled:
        """A new node's identity, known to the coordinator."""
        file, key = self.new_key()
        status, answer = self.request("POST", "/enrol", PASSWORD + public_pem(key))
        assert status == 200, answer
        return Enrolled(int(answer), file)

    @contextmanager
    def node(
        self,
        enrolled: Enrolled,
        *,
        joins: bool = True,
        trusts: Path | None = None,
        clock_s: int = 0,
    ) -> Iterator[Talker]:
        """A process of this node, online when the block begins if it ``joins``; its clock is
        ``clock_s`` seconds ahead."""
        log = self.folder / f"node-{enrolled.node_id}.log"
        arguments = (
            *(self.url, str(enrolled.node_id), str(enrolled.key)),
            *(str(trusts or self.certificate.certificate), str(clock_s)),
        )
        # Nobody listens there: whoever heeds it will not get far.
        env = os.environ | {"HTTPS_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://[::1]:9"}
        module = "tests.federation.node_process"
        with talking(module, *arguments, log=log, env=env) as node:
            if joins:
                node.heard("Joined")
            yield node

    def send(self, to: int, text: str = "", *, more: int = 64, ttl_s: float = 60) -> int:
        """Have the coordinator send a letter; returns its number."""
        event = self.coordinator.ask("sent", do="send", to=to, text=text, more=more, ttl_s=ttl_s)
        return int(event["letter"])

    def answered(self, letter: int) -> Event:
        """Wait for the answer to a letter, which must be the right one."""
        return self.coordinator.heard("answer", letter=letter, right=True)

    def request(
        self, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Ask the gateway; the target is sent as it is."""
        client = http.client.HTTPSConnection(
            "127.0.0.1", self.port, context=self.trusting(), timeout=TIMEOUT_S
        )
        client.putrequest(method, target, skip_accept_encoding=True)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            client.putheader(name, value)
        client.endheaders(body)
        answer = client.getresponse()
        try:
            return answer.status, answer.read()
        finally:
            client.close()


@contextmanager
def a_fleet(folder: Path, **limits: int) -> Iterator[Fleet]:
    """A coordinator without nodes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fleet = Fleet(folder, make_loopback_certificate(folder), port, limits)
    fleet.start()
    try:
        yield fleet
    finally:
        fleet.end()
