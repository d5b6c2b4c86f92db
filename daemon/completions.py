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
from functools import partial
from typing import Protocol, TypeVar

from daemon.chores import Chore, Chores, Work
from daemon.latency import Latencies
from daemon.preferences import Preferred
from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import Complete, Message, Suggestion
from daemon.writing import NOTHING_KNOWN, OwnWriting
from plm_engine.completion.types import (
    CompletionRequest,
    IsCancelled,
    OnUpdate,
    Suppression,
)
from plm_engine.completion.types import Suggestion as Continuation
from plm_engine.runtime.personal import Personal

log = logging.getLogger("plm.completions")

MAX_WAITING_FIELDS = 64
MAX_FIELDS_PER_SESSION = 64
_AHEAD = "ahead"

T = TypeVar("T")
Post = Callable[[Message], None]
"""Hands a message to the session that asked; called on the loop, never blocks."""


class Engine(Protocol):
    """What the bridge needs of `plm_engine.completion.engine.CompletionEngine`."""

    name: str

    def complete(
        self, request: CompletionRequest, on_update: OnUpdate, is_cancelled: IsCancelled
    ) -> Continuation:
        """Continue the text; called in one thread only."""

    def look_ahead(
        self, request: CompletionRequest, accepted: str, is_cancelled: IsCancelled
    ) -> None:
        """Find out what comes next should this be accepted."""

    def prepare(
        self, preamble: tuple[int, ...], personal: Personal, is_cancelled: IsCancelled
    ) -> None:
        """Read what the next new field begins after."""

    def forget_field(self, name: str) -> None:
        """Drop what is cached for this field."""

    def forget_everything(self) -> None:
        """Drop all that is cached."""


@dataclass(eq=False, slots=True)
class _Job:
    key: str
    request: Complete
    post: Post
    preferred: Preferred
    known: OwnWriting
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
        self._chores = Chores()
        self.latencies = Latencies()
        self._closed = False

    def submit(
        self,
        session: str,
        request: Complete,
        post: Post,
        preferred: Preferred,
        known: OwnWriting = NOTHING_KNOWN,
    ) -> None:
        """Answer through ``post``: growing suggestions, then exactly one that is done."""
        key = _key(session, request.field)
        replaced = self._waiting.get(key)
        if self._closed or (not replaced and len(self._waiting) >= MAX_WAITING_FIELDS):
            raise ProtocolError("busy")
        self._cancel_running(key)
        if replaced:
            _answer_cancelled(replaced)
        # It keeps its turn when it replaces.
        self._waiting[key] = _Job(key, request, post, preferred, known)
        self._remember_field(session, request.field)
        self._chores.drop(_AHEAD)
        self._chores.disturb()
        self._wake()

    def prepare(self, known: OwnWriting) -> None:
        """When it is quiet, read what the next new field begins after."""
        work = partial(self._engine.prepare, known.preamble, known.personal)
        self._do_when_quiet(Chore("prepare", work, must_be_done=True))

    def begin_anew(self, known: OwnWriting) -> None:
        """Another version came into use: what was read with the one before only takes room."""
        self._thread.submit(self._engine.forget_everything)
        self.prepare(known)

    def when_quiet(self, name: str, work: Callable[[IsCancelled], T]) -> asyncio.Future[T]:
        """Do this in the engine's thread while nobody asks for anything.

        It is begun again if it was interrupted. The result is cancelled if it fails, if another of
        the same name takes its place, or if what it works on may have been deleted.
        """
        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()

        def run(is_cancelled: IsCancelled) -> None:
            try:
                found = work(is_cancelled)
            except Exception:
                loop.call_soon_threadsafe(result.cancel)
                raise
            if not is_cancelled():
                loop.call_soon_threadsafe(_settle, result, found)

        if self._closed:
            result.cancel()
        self._do_when_quiet(Chore(name, run, must_be_done=True, on_drop=result.cancel))
        return result

    def forget_everything(self) -> None:
        """Texts were deleted: drop every cache that may hold one of them, and whatever would make
        one again."""
        for job in (*self._waiting.values(), *([self._running] if self._running else [])):
            job.known = NOTHING_KNOWN
        self._chores.clear()
        self._thread.submit(self._engine.forget_everything)

    def cancel(self, session: str, field_id: str) -> None:
        """The field's pending completion is no longer wanted."""
        key = _key(session, field_id)
        self._cancel_running(key)
        self._chores.drop(_AHEAD)
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
        """Cancel what is left and free the engine; once is enough."""
        if self._closed:
            return
        self._closed = True
        for key in tuple(self._waiting):
            _answer_cancelled(self._waiting.pop(key))
        if self._running:
            self._running.cancelled.set()
        self._chores.clear()
        if self._task:
            await self._task
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._engine.forget_everything)
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
            while self._waiting or self._chores:
                if not self._waiting:
                    await self._chores.run_next(self._in_thread)
                    continue
                _, self._running = self._waiting.popitem(last=False)
                await self._run(self._running)
                self._running = None
        finally:
            self._running = None
            self._task = None

    def _do_when_quiet(self, chore: Chore) -> None:
        if not self._closed:
            self._chores.add(chore)
            self._wake()

    async def _in_thread(self, work: Work, is_cancelled: IsCancelled) -> None:
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, work, is_cancelled)
        except Exception as error:  # nobody asked for it, so nobody is told
            log.error("chore failed", exc_info=error)

    async def _run(self, job: _Job) -> None:
        loop = asyncio.get_running_loop()

        def on_update(continuation: Continuation) -> None:
            loop.call_soon_threadsafe(_update, job, continuation)

        known = job.known
        request = CompletionRequest(
            field=job.key,
            before=job.request.before,
            after=job.request.after,
            memory=known.memory,
            preamble=known.preamble,
            personal=known.personal,
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
            if continuation.text and job.known is known:  # else what it knew was deleted
                ahead = partial(self._engine.look_ahead, request, continuation.text)
                self._do_when_quiet(Chore(_AHEAD, ahead))


def _settle(result: asyncio.Future[T], found: T) -> None:
    if not result.done():
        result.set_result(found)


def _key(session: str, field_id: str) -> str:
    return f"{session}/{field_id}"


def _update(job: _Job, continuation: Continuation) -> None:
    if not job.cancelled.is_set():
        job.answer(continuation, done=False)


def _answer_cancelled(job: _Job) -> None:
    job.answer(Continuation(suppressed=Suppression.CANCELLED), done=True)
