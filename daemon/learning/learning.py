"""Courses of learning, one at a time: choose texts, run the process, keep what it made."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from msgspec import structs

from daemon.learning.process import LearningProcess
from daemon.store import Store
from daemon.store.versions import InUse, NewVersion
from daemon.writing import Writing
from plm_engine.completion.language import LanguageGuard
from plm_engine.learning.job import Checkpoint, Done, Failed, Job, Part, Progress, Text
from plm_engine.learning.judging import did_harm, gain
from plm_engine.learning.selection import MOST_CHARS, Selection, select, to_try_on
from plm_engine.runtime.trimming import give_back_memory

log = logging.getLogger("plm.learning")

MOST_TEXTS = 5_000
"""The newest are considered."""


class LearningError(Exception):
    """Why nothing was learned: one line for the user."""


class TooLittleTextError(LearningError):
    """There is nothing to learn from or to judge by, yet."""

    def __init__(self) -> None:
        super().__init__("There is too little new text to learn from.")


@dataclass(frozen=True, slots=True)
class Course:
    """What is going on."""

    part: Part
    persona: str
    stage: str = "beginning"
    fraction: float = 0.0
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a course ended with."""

    version: int
    kept: bool
    reason: str
    did_harm: bool
    """The newest texts were harder to predict with it, by more than chance."""
    gain: float | None = None
    """How much easier they were, relative; None where that was not measured."""


class Learning:
    """At most one course at a time; everything but the process itself happens on the loop."""

    def __init__(self, store: Store, writing: Writing, cache: Path) -> None:
        self._store, self._writing, self._cache = store, writing, cache
        self.on_change: Callable[[], None] = lambda: None
        """Called whenever `course` has changed."""
        self.make_room: Callable[[], Awaitable[None]] = _nobody_is_there
        """Called before a course begins: one process of any kind at a time."""
        self._process: LearningProcess | None = None
        self._task: asyncio.Task[Outcome] | None = None
        self.course: Course | None = None
        """The one under way."""

    async def learn(self, part: Part, persona: str) -> Outcome:
        """Run a course to its end. Raises `LearningError` and `StoreError`."""
        return await self._hold_alone(part, persona, lambda: self._plan(part, persona))

    async def try_shared(self, persona: str, offered: Path) -> Outcome:
        """Use another shared adapter from now on if it helps this persona. Raises the same."""
        return await self._hold_alone("shared", persona, lambda: self._plan_trial(persona, offered))

    async def _hold_alone(self, part: Part, persona: str, plan: Callable[[], _Plan]) -> Outcome:
        if self._task:
            raise LearningError("PLM is already learning.")
        self._tell(Course(part, persona))
        self._task = asyncio.create_task(self._run(plan))
        try:
            return await self._task
        except asyncio.CancelledError:
            raise LearningError("Learning was stopped.") from None
        finally:
            self._task = self.course = None
            self.on_change()
            # Checkpoints and versions of tens of megabytes passed through.
            await asyncio.to_thread(give_back_memory)

    async def stop(self) -> None:
        """End the course under way; it can go on from its last checkpoint."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    def hold(self) -> None:
        """Somebody needs the machine: stand still at once."""
        if self._process and self.course and not self.course.is_held:
            self._process.hold()
            self._tell(replace(self.course, is_held=True))

    def go_on(self) -> None:
        """Nobody needs it any more."""
        if self._process and self.course and self.course.is_held:
            self._process.go_on()
            self._tell(replace(self.course, is_held=False))

    async def _run(self, planned: Callable[[], _Plan]) -> Outcome:
        await self.make_room()
        plan = await asyncio.to_thread(planned)
        done = await self._hold_course(plan)
        version = await asyncio.to_thread(self._keep, plan, done)
        if plan.newest is not None:
            learned_up_to = self._store.personas.set_learned_up_to
            await asyncio.to_thread(learned_up_to, plan.persona, plan.newest)
        return Outcome(
            version,
            done.kept,
            done.reason,
            did_harm(done.before, done.after),
            gain(done.before, done.after),
        )

    def _plan(self, part: Part, persona: str) -> _Plan:
        current = self._store.versions.in_use(persona)
        texts = self.texts(persona)
        selection = select(
            texts,
            current.documents if current else (),
            most_chars=MOST_CHARS[part],
            reads=LanguageGuard().knows,
        )
        newest = texts[-1].number if texts else 0
        if selection is None:
            self._store.personas.set_learned_up_to(persona, newest)
            raise TooLittleTextError
        course = _course_name(part, self._writing.base.digest, current, selection)
        checkpoint = self._store.versions.checkpoint(persona, course)
        job = structs.replace(self._job(part, selection, current), checkpoint=checkpoint)
        return _Plan(persona, job, current, course, newest)

    def _plan_trial(self, persona: str, offered: Path) -> _Plan:
        current = self._store.versions.in_use(persona)
        selection = to_try_on(self.texts(persona), reads=LanguageGuard().knows)
        if selection is None:
            raise TooLittleTextError
        job = structs.replace(self._job("shared", selection, current), offered=str(offered))
        return _Plan(persona, job, current)

    def texts(self, persona: str) -> list[Text]:
        """What it typed, in the order of time."""
        written = self._store.documents.own_texts(persona, MOST_TEXTS)
        return [Text(one.id, one.text, one.pasted) for one in written]

    def _job(self, part: Part, selection: Selection, current: InUse | None) -> Job:
        return Job(
            cache=str(self._cache),
            base=self._writing.base.name,
            part=part,
            texts=selection.texts,
            earlier=selection.earlier,
            held_out=selection.held_out,
            current=current.learned if current else b"",
            shared=str(self._writing.fusion.shared_file or ""),
        )

    async def _hold_course(self, plan: _Plan) -> Done:
        async with LearningProcess.started(plan.job) as process:
            self._process = process
            try:
                async for event in process.events():
                    if isinstance(event, Done):
                        return event
                    await self._note(plan, event)
            finally:
                self._process = None
        raise LearningError("Nothing was learned.")

    async def _note(self, plan: _Plan, event: Progress | Checkpoint | Failed) -> None:
        match event:
            case Progress(stage, fraction):
                # It can have said so before it was held.
                is_held = self.course is not None and self.course.is_held
                self._tell(Course(plan.job.part, plan.persona, stage, fraction, is_held))
            case Checkpoint(state):
                versions = self._store.versions
                await asyncio.to_thread(versions.set_checkpoint, plan.persona, plan.course, state)
            case Failed(reason):
                raise LearningError(f"Nothing was learned: {reason}.")

    def _keep(self, plan: _Plan, done: Done) -> int:
        parent = plan.current
        new = NewVersion(
            persona=plan.persona,
            part=plan.job.part,
            base=self._writing.base.digest,
            kept=done.kept,
            reason=done.reason,
            parent=parent.version.id if parent else None,
            tokens=done.tokens,
            cpu_seconds=round(done.cpu_seconds, 1),
            figures={
                "before": msgspec.to_builtins(done.before),
                "after": msgspec.to_builtins(done.after),
            },
            learned=done.learned,
            documents={text.number for text in plan.job.texts}
            | (parent.documents if parent else frozenset()),
        )
        version = self._store.versions.add(new)
        self._store.versions.clear_checkpoint(plan.persona)
        if plan.job.offered and done.kept:
            self._writing.use_shared(Path(plan.job.offered))
        else:
            self._writing.load_personal(plan.persona)
        log.info("learned", extra={"version": version, "part": plan.job.part, "kept": done.kept})
        return version

    def _tell(self, course: Course) -> None:
        self.course = course
        self.on_change()


@dataclass(frozen=True, slots=True)
class _Plan:
    persona: str
    job: Job
    current: InUse | None
    course: str = ""
    """Names exactly this course, so that it can be resumed."""
    newest: int | None = None
    """Of the documents that were considered; None: for no learning."""


async def _nobody_is_there() -> None:
    """Nothing has to end first."""


def _course_name(part: Part, base: str, current: InUse | None, selection: Selection) -> str:
    version = current.version.id if current else 0
    numbers = [text.number for text in selection.texts]
    return hashlib.sha256(f"{part} {base} {version} {numbers}".encode()).hexdigest()
