"""A real federating process, driven as the daemon drives it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator

import msgspec

from federation.node.job import (
    KEPT,
    Event,
    Failed,
    Federate,
    Job,
    Join,
    Joined,
    ToKeep,
)

_EVENT: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_LARGEST_LINE = 64 * 2**20


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


async def federate(job: Federate) -> None:
    """Be a node until cancelled; whatever wants to be kept is, as far as the process can tell."""
    async with started(job) as process:
        assert process.stdin
        async for event in events(process):
            assert not isinstance(event, Failed), event
            if isinstance(event, ToKeep):
                process.stdin.write(KEPT)
                await process.stdin.drain()
