"""One author's way through PLM: what each part gains after 10, 30 and 90 texts.

Everything is decided as it is on a user's machine, by the course itself: which texts are learned
and which judge, the weight of the adapter, whether a version is kept. What is reported is measured
afterwards, on texts that the author wrote later and that took part in no decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from plm_engine.adapters.learned import Learned, pack, personal, unpack
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.language import LanguageGuard
from plm_engine.completion.types import DEFAULT_THRESHOLD
from plm_engine.evaluation.prequential import Score, Setting, replay_author
from plm_engine.learning.course import Course
from plm_engine.learning.job import Done, Job, Part, Text
from plm_engine.learning.selection import MOST_CHARS, select
from plm_engine.runtime.personal import NOTHING_LEARNED

STAGES = (10, 30, 90)
"""Texts that the author has written."""
REPORTED = 6
"""Texts after the last stage, which all figures are about."""
TYPED_CHARS = 150

BASE = "base model alone"
MEMORY = "+ memory and last texts"
PROMPT = "+ soft prompt"
ADAPTER = "+ adapter"
BOTH = "+ prompt and adapter"
ALL = "everything"
BEFORE = "everything, with the version before"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one author."""

    stage: int
    name: str
    nats: float
    tokens: int
    chars: int
    words_asked: int
    words_right: int
    keystrokes_saved: float


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """How a course ended."""

    stage: int
    name: str
    kept: bool
    reason: str
    weight: float
    cpu_seconds: float
    tokens: int


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """All of one author; numbers only."""

    rows: list[Row]
    decisions: list[Decision]


@dataclass(slots=True)
class _Chain:
    """Versions that come of one another."""

    name: str
    part: Part
    learned: Learned
    documents: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Author:
    """Texts in the order of time, the last `REPORTED` of which are kept for the report."""

    base: InstalledBase
    engine: CompletionEngine
    cache: str
    texts: Sequence[str]

    def study(self, on_done: Callable[[], None]) -> Findings:
        """Everything about this author; tells after each of `steps`."""
        rows: list[Row] = []
        decisions: list[Decision] = []
        for row in self._rows(decisions):
            rows.append(row)
            on_done()
        return Findings(rows=rows, decisions=decisions)

    def _rows(self, decisions: list[Decision]) -> Iterator[Row]:
        nothing = Learned(self.base.digest)
        prompt = _Chain(PROMPT, "prompt", nothing)
        adapter = _Chain(ADAPTER, "adapter", nothing)
        both = _Chain(BOTH, "adapter", nothing)
        yield self._measure(0, BASE, nothing, learn=False)
        for stage in STAGES:
            before = both.learned
            for chain in (prompt, adapter):
                decisions.append(self._take_course(chain, stage))
            both.learned = replace(both.learned, prompt=prompt.learned.prompt)
            decisions.append(self._take_course(both, stage))
            yield self._measure(stage, MEMORY, nothing, learn=True)
            for chain in (prompt, adapter, both):
                yield self._measure(stage, chain.name, chain.learned, learn=False)
            yield self._measure(stage, ALL, both.learned, learn=True)
            yield self._measure(stage, BEFORE, before, learn=True)

    def _take_course(self, chain: _Chain, stage: int) -> Decision:
        written = [Text(*one) for one in enumerate(self.texts[:stage])]
        selection = select(
            written,
            chain.documents,
            most_chars=MOST_CHARS[chain.part],
            reads=LanguageGuard().knows,
        )
        if selection is None:
            return _refused(chain.name, stage)
        job = Job(
            cache=self.cache,
            base=self.base.name,
            part=chain.part,
            texts=selection.texts,
            earlier=selection.earlier,
            held_out=selection.held_out,
            current=pack(chain.learned),
        )
        done = Course.of(job, lambda _event: None).run()
        learned = unpack(done.learned, self.base)
        if done.kept:
            chain.learned = learned
            chain.documents |= {text.number for text in selection.texts}
        return _decided(chain.name, stage, done, learned.weight)

    def _measure(self, stage: int, name: str, learned: Learned, *, learn: bool) -> Row:
        setting = Setting(
            learn="ngram" if learn else "none",
            personal=personal(learned, self.base) if _speaks(learned) else NOTHING_LEARNED,
            typed_chars=TYPED_CHARS,
            asks_at_words=True,
        )
        texts = [*self.texts[:stage], *self.texts[-REPORTED:]]
        scores = replay_author(self.engine, texts, setting, judged=REPORTED)
        total = sum((score for _, score in scores), Score())
        self.engine.forget_everything()
        return Row(
            stage=stage,
            name=name,
            nats=total.surprise.nats,
            tokens=total.surprise.tokens,
            chars=total.surprise.characters,
            words_asked=total.words.asked,
            words_right=total.words.right,
            keystrokes_saved=total.tally(DEFAULT_THRESHOLD).keystrokes_saved,
        )


ROWS = 1 + len(STAGES) * 6


def _speaks(learned: Learned) -> bool:
    return bool(learned.tensors) or learned.prompt is not None


def _refused(name: str, stage: int) -> Decision:
    return Decision(
        stage=stage,
        name=name,
        kept=False,
        reason="too few texts that are new and in a language that the model knows",
        weight=0.0,
        cpu_seconds=0.0,
        tokens=0,
    )


def _decided(name: str, stage: int, done: Done, weight: float) -> Decision:
    return Decision(
        stage=stage,
        name=name,
        kept=done.kept,
        reason=done.reason,
        weight=weight,
        cpu_seconds=done.cpu_seconds,
        tokens=done.tokens,
    )
