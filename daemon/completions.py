"""The bridge between many connections on the event loop and the engine's one thread.

The engine computes one completion at a time. Per field only the newest request counts: it
cancels the one that runs and takes the place of the one that waits. Fields take turns in the
order in which they began to wait, so one fast typist cannot starve another. All state lives on
the loop; the thread sees one job and an event that tells it to give up.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from daemon.latency import Latencies
from daemon.preferences import Preferred
from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import Complete, Message, Suggestion
from plm_engine.completion.types import (
    CompletionRequest,
    IsCancelled,
    OnUpdate,
    Suppression,
)
from plm_engine.completion.types import Suggestion as Continuation
from plm_engine.memory.memory import NgramMemory

log = logging.getLogger("plm.completions")

MAX_WAITING_FIELDS = 64
MAX_FIELDS_PER_SESSION = 64

Post = Callable[[Message], None]
"""Hands a message to the session that asked; called on the loop, never blocks."""


class Engine(Protocol):
    """What the bridge needs of `plm_engine.completion.engine.CompletionEngine`."""

    name: str

    def complete(
        self, request: CompletionRequest, on_update: OnUpdate, is_cancelled: IsCancelled
    ) -> Continuation:
        """Continue the text; called in one thread only."""

    def forget_field(self, name: str) -> None:
        """Drop what is cached for this field."""

    def close(self) -> None:
        """Free everything."""


@dataclass(eq=False, slots=True)
class _Job:
    key: str
    request: Complete
    post: Post
    preferred: Preferred
    memory: NgramMemory | None
    arrived: float = field(default_factory=time.perf_counter)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def answer(self, continuation: Continuation, *, done: bool) -> float:
        """Send the client this much of the suggestion; returns its latency."""
        ms = (time.perf_counter() - self.arrived) * 1_000
        self.post(
            Suggestion(
                id=self.request.id,
                field=self.request.field,
                text=continuation.text,
                confidence=continuation.confidence,
                suppressed=continuation.suppressed,
                done=done,
                tokens=continuation.tokens,
                ms=round(ms, 3),
            )
        )
        return ms


class Completions:
    """Completions for every session, one at a time."""

    def __init__(self, engine: Engine, on_finished: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._on_finished = on_finished
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="engine")
        self._waiting: OrderedDict[str, _Job] = OrderedDict()
        self._fields: dict[str, OrderedDict[str, bool]] = {}
        self._running: _Job | None = None
        self._task: asyncio.Task[None] | None = None
        self.latencies = Latencies()
        self._closed = False

    def submit(
        self,
        session: str,
        request: Complete,
        post: Post,
        preferred: Preferred,
        memory: NgramMemory | None = None,
    ) -> None:
        """Answer through ``post``: growing suggestions, then exactly one that is done."""
        key = _key(session, request.field)
        replaced = self._waiting.get(key)
        if self._closed or (not replaced and len(self._waiting) >= MAX_WAITING_FIELDS):
            raise ProtocolError("busy")
        self._cancel_running(key)
        if replaced:
            _answer_cancelled(replaced)
        self._waiting[key] = _Job(
            key, request, post, preferred, memory
        )  # keeps its turn when it replaces
        self._remember_field(session, request.field)
        self._wake()

    def cancel(self, session: str, field_id: str) -> None:
        """The field's pending completion is no longer wanted."""
        key = _key(session, field_id)
        self._cancel_running(key)
        job = self._waiting.pop(key, None)
        if job:
            _answer_cancelled(job)

    def forget_field(self, session: str, field_id: str) -> None:
        """The field is gone: cancel its completion and drop its cached state."""
        if self._fields.get(session, OrderedDict()).pop(field_id, False):
            self.cancel(session, field_id)
            self._thread.submit(self._engine.forget_field, _key(session, field_id))

    def forget_session(self, session: str) -> None:
        """The session is over: all of its fields are gone."""
        for field_id in tuple(self._fields.get(session, ())):
            self.forget_field(session, field_id)
        self._fields.pop(session, None)

    async def close(self) -> None:
        """Cancel what is left and free the engine."""
        self._closed = True
        for key in tuple(self._waiting):
            _answer_cancelled(self._waiting.pop(key))
        if self._running:
            self._running.cancelled.set()
        if self._task:
            await self._task
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.close)
        self._thread.shutdown()

    def _remember_field(self, session: str, field_id: str) -> None:
        fields = self._fields.setdefault(session, OrderedDict())
        fields[field_id] = True
        fields.move_to_end(field_id)
        if len(fields) > MAX_FIELDS_PER_SESSION:
            self.forget_field(session, next(iter(fields)))

    def _cancel_running(self, key: str) -> None:
        if self._running and self._running.key == key:
            self._running.cancelled.set()

    def _wake(self) -> None:
        if self._task is None and not self._closed:
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                _, self._running = self._waiting.popitem(last=False)
                await self._run(self._running)
        finally:
            self._running = None
            self._task = None

    async def _run(self, job: _Job) -> None:
        loop = asyncio.get_running_loop()

        def on_update(continuation: Continuation) -> None:
            loop.call_soon_threadsafe(_update, job, continuation)

        request = CompletionRequest(
            field=job.key,
            before=job.request.before,
            after=job.request.after,
            memory=job.memory,
            max_words=job.preferred.max_words(job.request),
            threshold=job.preferred.threshold(job.request),
        )
        try:
            continuation = await loop.run_in_executor(
                self._thread, self._engine.complete, request, on_update, job.cancelled.is_set
            )
        except Exception as error:  # one bad completion must not end the others
            log.error("completion failed", exc_info=error)
            failure = ProtocolError("internal")
            failure.id = job.request.id
            job.post(failure.as_message())
            return
        if job.cancelled.is_set():
            _answer_cancelled(job)
        else:
            self.latencies.add(job.answer(continuation, done=True))
            self._on_finished()


def _key(session: str, field_id: str) -> str:
    return f"{session}/{field_id}"


def _update(job: _Job, continuation: Continuation) -> None:
    if not job.cancelled.is_set():
        job.answer(continuation, done=False)


def _answer_cancelled(job: _Job) -> None:
    job.answer(Continuation(suppressed=Suppression.CANCELLED), done=True)
