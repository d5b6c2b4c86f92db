"""One author's way through PLM: what each part gains after 10, 30 and 90 texts.

Everything is decided as it is on a user's machine, by the course itself: which texts are learned
and which judge, the weight of the adapter, whether a version is kept. What is reported is measured
afterwards, on texts that the author wrote later and that took part in no decision; with parts of
the version in use left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from bench import planned
from plm_engine.adapters.learned import Learned, pack, personal, speaks, unpack
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.types import DEFAULT_THRESHOLD
from plm_engine.evaluation.prequential import Score, Setting, replay_author
from plm_engine.learning.job import Part, Text
from plm_engine.learning.selection import Selection
from plm_engine.learning.teaching import teach
from plm_engine.runtime.personal import NOTHING_LEARNED

STAGES = (10, 30, 90)
"""Texts that the author has written."""
REPORTED = 5
"""Texts after the last stage, which all figures are about."""
TYPED_CHARS = 150

PARTS: tuple[Part, Part] = ("prompt", "adapter")
REFUSED = "too few texts that are new and in a language that the model knows"

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
    kept: bool
    reason: str
    weight: float = 0.0
    tokens: int = 0
    prompt_s: float = 0.0
    """Seconds of the processor's time."""
    adapter_s: float = 0.0
    judged_s: float = 0.0
    """With the search for the adapter's weight."""


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """All of one author; numbers only."""

    rows: list[Row]
    decisions: list[Decision]


@dataclass(slots=True)
class _Version:
    """What is in use."""

    learned: Learned
    documents: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Author:
    """Texts in the order of time, the last `REPORTED` of which are kept for the report."""

    base: InstalledBase
    engine: CompletionEngine
    texts: Sequence[str]

    def study(self, on_row: Callable[[], None]) -> Findings:
        """Everything about this author; tells after each row."""
        rows: list[Row] = []
        decisions: list[Decision] = []
        for row in self._rows(decisions):
            rows.append(row)
            on_row()
        return Findings(rows=rows, decisions=decisions)

    def _rows(self, decisions: list[Decision]) -> Iterator[Row]:
        nothing = Learned(self.base.digest)
        version = _Version(nothing)
        yield self._measure(0, BASE, nothing, learn=False)
        for stage in STAGES:
            before = version.learned
            decisions.append(self._learn(version, stage))
            now = version.learned
            yield self._measure(stage, MEMORY, nothing, learn=True)
            yield self._measure(stage, PROMPT, replace(now, tensors={}), learn=False)
            yield self._measure(stage, ADAPTER, replace(now, prompt=None), learn=False)
            yield self._measure(stage, BOTH, now, learn=False)
            yield self._measure(stage, ALL, now, learn=True)
            yield self._measure(stage, BEFORE, before, learn=True, is_typed=False)

    def _learn(self, version: _Version, stage: int) -> Decision:
        """Prompt, then adapter; the course's own gate decides about both together."""
        few, many = (self._selected(version, stage, part) for part in PARTS)
        if few is None or many is None:
            return Decision(stage=stage, kept=False, reason=REFUSED)
        started = time.process_time()
        learned = teach(self.base, version.learned, "prompt", few.texts)
        prompt_s = time.process_time() - started
        learned = teach(self.base, learned, "adapter", many.texts)
        adapter_s = time.process_time() - started - prompt_s
        done = planned.course(self.base, "adapter", many, pack(version.learned)).judge(learned)
        judged_s = time.process_time() - started - prompt_s - adapter_s
        learned = unpack(done.learned, self.base)
        if done.kept:
            version.learned = learned
            version.documents |= {text.number for text in (*few.texts, *many.texts)}
        return Decision(
            stage=stage,
            kept=done.kept,
            reason=done.reason,
            weight=learned.weight,
            tokens=done.tokens,
            prompt_s=prompt_s,
            adapter_s=adapter_s,
            judged_s=judged_s,
        )

    def _selected(self, version: _Version, stage: int, part: Part) -> Selection | None:
        written = [Text(*one) for one in enumerate(self.texts[:stage])]
        return planned.selection(part, written, version.documents)

    def _measure(
        self, stage: int, name: str, learned: Learned, *, learn: bool, is_typed: bool = True
    ) -> Row:
        setting = Setting(
            learn="ngram" if learn else "none",
            personal=personal(learned, self.base) if speaks(learned) else NOTHING_LEARNED,
            typed_chars=TYPED_CHARS if is_typed else 0,
            asks_at_words=is_typed,
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
