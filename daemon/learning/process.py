"""The learning process as the daemon sees it: a job goes in, events come out, it can be held."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator

import msgspec
import psutil

from plm_engine.learning.job import Checkpoint, Done, Event, Failed, Job, Progress

_LARGEST_LINE = 256 * 2**20
"""A checkpoint or a version, in base64."""
_DIED = "learning ended unexpectedly"
_MODULE = "plm_engine.learning.worker"


def end_leftovers() -> None:
    """End learning processes whose daemon was killed: where they do not notice, as one that was
    held then cannot, they would stand still for ever."""
    for process in psutil.process_iter(["cmdline", "ppid"]):
        with contextlib.suppress(psutil.Error, ValueError):
            *_, module, daemon = process.info["cmdline"] or ("", "")
            is_left = process.info["ppid"] != int(daemon) or not psutil.pid_exists(int(daemon))
            if module == _MODULE and is_left:
                process.kill()


class LearningProcess:
    """One process for one job. It is killed when the block that holds it is left."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @contextlib.asynccontextmanager
    async def started(cls, job: Job) -> AsyncIterator[LearningProcess]:
        """Start, and hand over the job."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", _MODULE, str(os.getpid())),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # A traceback may quote what was being worked on.
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LARGEST_LINE,
        )
        try:
            assert process.stdin is not None
            with contextlib.suppress(ConnectionError):
                process.stdin.write(msgspec.json.encode(job) + b"\n")
                await process.stdin.drain()
                process.stdin.close()
            yield cls(process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def events(self) -> AsyncIterator[Event]:
        """What it says; the last is `Done` or `Failed`."""
        decoder = msgspec.json.Decoder(Progress | Checkpoint | Done | Failed)
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            event = decoder.decode(line)
            yield event
            if isinstance(event, Done | Failed):
                return
        yield Failed(_DIED)

    def hold(self) -> None:
        """Stop at once, whatever it is doing, until `go_on`."""
        with contextlib.suppress(psutil.Error):
            psutil.Process(self._process.pid).suspend()

    def go_on(self) -> None:
        """Go on where it was held."""
        with contextlib.suppress(psutil.Error):
            psutil.Process(self._process.pid).resume()
