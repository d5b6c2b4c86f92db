"""A community that is served by ``plm coordinator serve``, and real nodes of it in this process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation import invitation
from federation.identity import Trust
from federation.invitation import Invitation
from federation.layout import Vector
from federation.node.enrolling import Joined, enrol
from federation.node.fleet import Pace, take_part
from federation.node.fleet_calls import Membership
from federation.node.limits import Limits
from federation.node.member import Community, Member, Update
from federation.release import read
from federation.strategies import STRATEGIES
from tests.federation.community import Kept
from tests.federation.whole_round import Remembered

TIMEOUT_S = 60
_PACE = Pace(heartbeat_s=10, poll_s=0.05, shortest_pause_s=0.1, longest_pause_s=0.5)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@dataclass
class Plm:
    """``plm`` in folders of its own."""

    place: Path
    cache: Path

    @property
    def env(self) -> dict[str, str]:
        """Nobody listens at the proxy: whoever heeds it will not get far."""
        return os.environ | {
            "PLM_CACHE_DIR": str(self.cache),
            "PLM_DATA_DIR": str(self.place / "data"),
            "PLM_CONFIG_DIR": str(self.place / "config"),
            "ALL_PROXY": "http://127.0.0.1:9",
            "HTTP_PROXY": "http://127.0.0.1:9",
        }

    def ran(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "daemon", *arguments]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)

    def said(self, *arguments: str) -> str:
        """What a command prints that must not fail."""
        ran = self.ran(*arguments)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


@dataclass
class Coordinator:
    """``plm coordinator serve``, which may be killed and started again."""

    plm: Plm
    folder: Path | None
    port: int = field(default_factory=free_port)
    options: Sequence[str] = ()
    """Of ``serve``."""
    process: subprocess.Popen[str] = field(init=False)
    ready: dict[str, str] = field(default_factory=dict)
    """What it said when it was, by the first word of the line."""

    def start(self) -> None:
        own = [str(self.folder)] if self.folder else []
        ports = ["--port", str(self.port), "--page-port", "0", "--look-every", "0.2"]
        self.log = self.plm.place / "coordinator.log"
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "daemon",
                    "coordinator",
                    "serve",
                    *own,
                    *ports,
                    *self.options,
                ],
                env=self.plm.env,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            name, _, value = line.strip().partition(": ")
            self.ready[name] = value
            if name == ("page" if self.folder else "invitation"):
                return
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        """As the kernel would, out of memory."""
        self.process.kill()
        self.end()

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def end(self) -> int:
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.wait(TIMEOUT_S)

    def status(self) -> dict[str, Any]:
        where = [str(self.folder)] if self.folder else []
        said: dict[str, Any] = json.loads(self.plm.said("coordinator", "status", *where, "--json"))
        return said


@contextlib.contextmanager
def served(
    plm: Plm, folder: Path | None, port: int | None = None, *options: str
) -> Iterator[Coordinator]:
    coordinator = Coordinator(plm, folder, port or free_port(), options)
    coordinator.start()
    try:
        yield coordinator
    finally:
        if coordinator.process.poll() is None:
            coordinator.stop()


@dataclass
class Node:
    """What a device does for its community, but for the training."""

    line: Invitation
    joined: Joined
    member: Member = field(init=False)
    kept: Kept = field(default_factory=Kept)

    def __post_init__(self) -> None:
        authority = Ed25519PublicKey.from_public_bytes(self.line.authority)
        self.member = Member(
            Community(
                self.line.community,
                self.line.base,
                STRATEGIES[self.line.strategy],
                Ed25519PublicKey.from_public_bytes(self.line.publisher),
            ),
            self.joined.identity,
            trust=lambda: Trust(authority, time.time()),
            limits=Limits(),
            seen=Remembered(),
            keeper=self.kept,
            current=self.joined.release,
        )

    @property
    def version(self) -> int:
        assert self.member.current
        return read(self.member.current)[0].version

    def learn(self, step: float) -> None:
        """Make an update where there is none for the newest release."""
        current = self.member.current
        if current is not None and self.member.needs_update:
            self.member.has_made(Update(current.digest, self._vector(step)))

    def _vector(self, step: float) -> Vector:
        assert self.member.current
        _, tensors = read(self.member.current)
        size = STRATEGIES[self.line.strategy].layout(tensors).size
        return np.full(size, step)

    async def live(self) -> None:
        membership = Membership(
            coordinator=self.line.url,
            node_id=self.joined.node_id,
            key=self.joined.keys.transport,
        )
        await take_part(membership, self.member.answer, lambda _event: None, _PACE)


async def joined(line: str, count: int) -> list[Node]:
    """So many new nodes."""
    read_line = invitation.read(line)
    return [Node(read_line, await enrol(read_line)) for _ in range(count)]


@contextlib.asynccontextmanager
async def online(nodes: Sequence[Node]) -> AsyncIterator[None]:
    """All of them, each learning a little whenever it has a new release."""

    async def learn_forever() -> None:
        while True:
            for number, node in enumerate(nodes, 1):
                node.learn(1e-5 * number)
            await asyncio.sleep(0.05)

    lives = [asyncio.create_task(node.live()) for node in nodes]
    lives.append(asyncio.create_task(learn_forever()))
    try:
        yield
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)


async def all_have(nodes: Sequence[Node], version: int) -> None:
    """Wait until they have this version or a later one."""
    async with asyncio.timeout(TIMEOUT_S):
        while min(node.version for node in nodes) < version:  # noqa: ASYNC110 - no event of ours
            await asyncio.sleep(0.05)
