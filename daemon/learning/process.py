"""The learning process as the daemon sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Self

import msgspec

from daemon.worker_process import LEARNING, WorkerProcess
from plm_engine.learning.job import Checkpoint, Done, Event, Failed, Job, Progress

_DIED = "learning ended unexpectedly"


class LearningProcess(WorkerProcess):
    """One process for one course."""

    @classmethod
    def started(cls, job: Job) -> AbstractAsyncContextManager[Self]:
        """Start, and hand over the job."""
        return cls.running(LEARNING, job)

    async def events(self) -> AsyncIterator[Event]:
        """What it says; the last is `Done` or `Failed`."""
        decoder = msgspec.json.Decoder(Progress | Checkpoint | Done | Failed)
        async for line in self.lines():
            event = decoder.decode(line)
            yield event
            if isinstance(event, Done | Failed):
                return
        yield Failed(_DIED)
