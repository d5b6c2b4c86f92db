"""The federating process as the daemon sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Self

import msgspec

from daemon.worker_process import FEDERATING, WorkerProcess
from federation.node import job
from federation.node.job import KEPT, Event, Failed, Job

_DIED = "taking part ended unexpectedly"


class FederatingProcess(WorkerProcess):
    """One process: to join, to take part, or to say that one has left."""

    @classmethod
    def started(cls, asked: Job) -> AbstractAsyncContextManager[Self]:
        """Start, and hand over the job."""
        return cls.running(FEDERATING, asked)

    async def events(self) -> AsyncIterator[Event]:
        """What it says; the last is `Joined`, `Left` or `Failed`."""
        decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(job.Event)
        async for line in self.lines():
            event = decoder.decode(line)
            yield event
            if isinstance(event, job.Joined | job.Left | Failed):
                return
        yield Failed(_DIED)

    async def kept(self) -> None:
        """What it said last is on disk: it may go on."""
        await self.tell(KEPT)
