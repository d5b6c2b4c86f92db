"""A real federating process, driven as the daemon drives it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from federation.node.job import (
    KEPT,
    Event,
    Exchanged,
    Failed,
    Federate,
    Job,
    Join,
    Joined,
    Made,
    Sent,
    ToKeep,
)

E = TypeVar("E")
_EVENT: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_LARGEST_LINE = 64 * 2**20


@dataclass
class Device:
    """What a daemon would have on disk, and the process that it runs."""

    kept: list[Event] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None

    def all(self, kind: type[E]) -> list[E]:
        """Events of one kind, in order."""
        return [event for event in self.kept if isinstance(event, kind)]

    @property
    def update(self) -> bytes:
        """What waits to be asked for, as far as anybody told us."""
        last = next((one for one in reversed(self.kept) if isinstance(one, Made | Sent)), None)
        return last.update if isinstance(last, Made) else b""

    @property
    def bytes_sent(self) -> int:
        return sum(one.sent for one in self.kept if isinstance(one, Exchanged))


@contextlib.asynccontextmanager
async def started(job: Job) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process, with its job."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "federation.node.worker", str(os.getpid())),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LARGEST_LINE,
    )
    try:
        assert process.stdin
        process.stdin.write(msgspec.json.encode(job) + b"\n")
        await process.stdin.drain()
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def events(process: asyncio.subprocess.Process) -> AsyncIterator[Event]:
    """What it says."""
    assert process.stdout
    async for line in process.stdout:
        yield _EVENT.decode(line)


async def joined(invitation: str, base: str) -> Joined:
    """Enrol a new node."""
    async with started(Join(invitation=invitation, base=base)) as process:
        async for event in events(process):
            assert isinstance(event, Joined), event
            return event
    raise AssertionError("it said nothing")


async def federate(device: Device, job: Federate) -> None:
    """Be a node until cancelled; whatever has to be kept is."""
    async with started(job) as process:
        device.process = process
        assert process.stdin
        async for event in events(process):
            device.kept.append(event)
            assert not isinstance(event, Failed), event
            if isinstance(event, ToKeep):
                process.stdin.write(KEPT)
                await process.stdin.drain()
