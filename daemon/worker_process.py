"""A worker process as the daemon sees it: a job goes in, lines come out, it can be held.

The number of this process is its last argument: it ends when this one does.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from typing import Self

import msgspec
import psutil

LEARNING = "plm_engine.learning.worker"
FEDERATING = "federation.node.worker"
_LARGEST_LINE = 256 * 2**20
"""A checkpoint, a version or a release, in base64."""
_SILENT = {
    "DO_NOT_TRACK": "1",
    "FLWR_TELEMETRY_ENABLED": "0",
    "FLWR_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""Whatever its user has set: what is loaded in a worker fetches nothing, and tells nobody of it."""


def end_leftovers() -> None:
    """End worker processes whose daemon was killed: where they do not notice, as one that was
    held then cannot, they would stand still for ever."""
    for process in psutil.process_iter(["cmdline", "ppid"]):
        with contextlib.suppress(psutil.Error, ValueError):
            *_, module, daemon = process.info["cmdline"] or ("", "")
            is_left = process.info["ppid"] != int(daemon) or not psutil.pid_exists(int(daemon))
            if module in {LEARNING, FEDERATING} and is_left:
                process.kill()


class WorkerProcess:
    """One process for one job. It is killed when the block that holds it is left."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, module: str, job: msgspec.Struct) -> AsyncIterator[Self]:
        """Start, and hand over the job."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", module, str(os.getpid())),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # A traceback may quote what was being worked on.
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LARGEST_LINE,
            env=os.environ | _SILENT,
        )
        try:
            worker = cls(process)
            await worker.tell(msgspec.json.encode(job) + b"\n")
            yield worker
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def tell(self, line: bytes) -> None:
        """Say something to it; if it is gone, its lines end."""
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(line)
            await self._process.stdin.drain()

    async def lines(self) -> AsyncIterator[bytes]:
        """What it says, until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            yield line

    def hold(self) -> None:
        """Stop at once, whatever it is doing, until `go_on`."""
        with contextlib.suppress(psutil.Error):
            psutil.Process(self._process.pid).suspend()

    def go_on(self) -> None:
        """Go on where it was held."""
        with contextlib.suppress(psutil.Error):
            psutil.Process(self._process.pid).resume()
