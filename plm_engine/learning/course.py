"""One course of learning, from texts to a verdict: train, fuse, judge.

Whoever only judges what others have learned loads no torch: that takes seconds, and much memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from plm_engine.adapters.learned import Learned, pack, personal, unpack
from plm_engine.adapters.low_rank import Adapter
from plm_engine.adapters.shared import read_shared
from plm_engine.background import THREADS
from plm_engine.base.build import installed_bases
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.general import general_surprise
from plm_engine.learning.fusing import search_weights
from plm_engine.learning.job import Checkpoint, Done, Event, Job, LearningError, Progress, Text
from plm_engine.learning.judging import MOST_GENERAL_LOSS, Judge, verdict
from plm_engine.runtime.personal import Personal
from plm_engine.runtime.trimming import give_back_memory

if TYPE_CHECKING:
    from plm_engine.learning.teaching import OnStep
    from plm_engine.learning.training import Step, Training

CHECKPOINT_S = 30
"""Between two checkpoints."""
FUSED_ON = 6
"""Of the held-out texts, the oldest so many decide how strongly the adapter speaks; the verdict is
passed on the others."""
LEAST_HELD_OUT = 3
_EXCESS_COSTS = 100
"""So much is general English worth beyond what the verdict lets pass: more than any gain."""


Emit = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Course:
    """A job under way."""

    job: Job
    base: InstalledBase
    current: Learned
    shared: Adapter | None
    offered: Adapter | None
    """The shared adapter that takes its place if the verdict is good."""
    emit: Emit

    @classmethod
    def of(cls, job: Job, emit: Emit) -> Course:
        """Raises `LearningError` and `AdapterError`."""
        bases = [one for one in installed_bases(Path(job.cache)) if one.name == job.base]
        if not bases:
            raise LearningError("the base model is not installed")
        if not (job.texts or job.offered) or len(job.held_out) < LEAST_HELD_OUT:
            raise LearningError("there is too little text to learn from and to judge by")
        current = unpack(job.current, bases[0]) if job.current else Learned(bases[0].digest)
        shared = read_shared(Path(job.shared), bases[0]) if job.shared else None
        offered = read_shared(Path(job.offered), bases[0]) if job.offered else shared
        return cls(job, bases[0], current, shared, offered, emit)

    def run(self) -> Done:
        """Learn, and pass the verdict."""
        started = _cpu_seconds()
        learned = self.current if self.job.part == "shared" else self._taught()
        give_back_memory()  # the float32 model, before the served one is loaded
        return self.judge(learned, started)

    def _taught(self) -> Learned:
        from plm_engine.learning.teaching import teach  # noqa: PLC0415

        return teach(
            self.base,
            self.current,
            self.job.part,
            self.job.texts,
            seed=self.job.seed,
            checkpoint=self.job.checkpoint,
            on_step=self._reporter(),
        )

    def _reporter(self) -> OnStep:
        saved = time.monotonic()

        def report(step: Step, training: Training) -> None:
            nonlocal saved
            self.emit(Progress("learning", step.number / step.steps))
            if time.monotonic() - saved > CHECKPOINT_S and step.number < step.steps:
                self.emit(Checkpoint(training.state()))
                saved = time.monotonic()

        return report

    def judge(self, learned: Learned, started: float = 0.0) -> Done:
        """Fuse what was learned, and pass the verdict; ``started`` is in seconds of the
        processor's time."""
        engine = CompletionEngine.open(self.base, threads=THREADS)
        general = general_surprise(engine).bits_per_char
        known = [*self.job.earlier, *self.job.texts]
        fused_on = self.job.held_out[: min(FUSED_ON, len(self.job.held_out) // 2)]
        judged_on = self.job.held_out[len(fused_on) :]
        if (learned.tensors or self.job.offered) and fused_on:
            judge = Judge(engine, _contents(known), _contents(fused_on))
            learned = self._fused(learned, judge, general)
        judge = Judge(engine, _contents([*known, *fused_on]), _contents(judged_on))
        progress = self._counted("judging", 2 * len(judged_on))
        in_use = personal(self.current, self.base, self.shared)
        before = judge.measure(in_use, lambda: next(progress, None))
        after = judge.measure(self._tried(learned), lambda: next(progress, None))
        kept, reason = verdict(before, after, general)
        return Done(
            learned=pack(learned),
            kept=kept,
            reason=reason,
            before=before,
            after=after,
            tokens=self._count(engine),
            cpu_seconds=_cpu_seconds() - started,
        )

    def _count(self, engine: CompletionEngine) -> int:
        """Tokens that were learned."""
        if not self.job.texts:
            return 0
        from plm_engine.learning.own import own_tokens  # noqa: PLC0415

        texts = (own_tokens(engine.vocabulary, text) for text in self.job.texts)
        return sum(sum(text.own) for text in texts)

    def _fused(self, learned: Learned, judge: Judge, general: float) -> Learned:
        """With the weight that predicts best without spoiling general English."""

        def cost(weights: tuple[float, float]) -> float:
            tried = self._tried(replace(learned, weight=weights[0], shared_weight=weights[1]))
            spoiled = general_surprise(judge.engine, tried).bits_per_char / general - 1
            # The verdict will not pass more than so much: better half an adapter than none.
            excess = max(0.0, spoiled - MOST_GENERAL_LOSS)
            return judge.bits_per_char(tried) * (1 + _EXCESS_COSTS * excess)

        self.emit(Progress("fusing", 0.0))
        start = (1.0, learned.shared_weight)
        own, shared = search_weights(cost, start, has_shared=self.offered is not None)
        return replace(learned, weight=own, shared_weight=shared)

    def _tried(self, learned: Learned) -> Personal:
        return personal(learned, self.base, self.offered)

    def _counted(self, stage: str, count: int) -> Iterator[None]:
        for done in range(1, count + 1):
            self.emit(Progress(stage, done / count))
            yield


def _contents(texts: Sequence[Text]) -> list[str]:
    return [text.text for text in texts]


def _cpu_seconds() -> float:
    times = psutil.Process().cpu_times()
    return float(times.user + times.system)
