"""One author's eight weeks: a course after each, decided as on a user's machine, then a look back.

What is measured is what the weights know: neither the memory nor the last texts help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from bench import planned
from bench.continual.weeks import Weeks
from plm_engine.adapters.learned import Learned, pack, personal, unpack
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.general import general_surprise
from plm_engine.evaluation.surprise import Surprise, surprise
from plm_engine.learning.job import Text
from plm_engine.learning.selection import Selection
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal

LEARNED_OF_THE_FIRST = 6
"""Texts of the first week, the oldest that its course was given."""


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """How surprised the model is, with the version in use."""

    learned: Surprise
    """By texts of the first week that were learned."""
    unseen: list[Surprise]
    """By the texts of each week that were not."""
    general: Surprise
    """By the general English that the gate looks at."""
    other_general: Surprise
    """By general English that no decision has looked at."""


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """How a week's course ended, and what is known after it."""

    kept: bool
    reason: str
    weight: float
    """With which the version speaks that this course made."""
    cpu_seconds: float
    tokens: int
    knows: Knowledge


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """All of one author; numbers only."""

    are_of_the_calendar: bool
    before: Knowledge
    """The base model's, before anything was learned."""
    weeks: list[Week]


@dataclass(slots=True)
class Author:
    """The version in use, and what it was learned from."""

    base: InstalledBase
    engine: CompletionEngine
    weeks: Weeks
    general: Sequence[str]
    _learned: Learned = field(init=False)
    _documents: set[int] = field(init=False, default_factory=set)
    _of_the_first: Sequence[Text] = field(init=False, default=())

    def __post_init__(self) -> None:
        self._learned = Learned(self.base.digest)
        first = self._select(self.weeks.learned[0])
        self._of_the_first = first.texts[:LEARNED_OF_THE_FIRST] if first else ()

    def study(self, on_week: Callable[[], None]) -> Findings:
        """Everything about this author; tells after each week."""
        before = knows = self._measure(NOTHING_LEARNED)
        weeks: list[Week] = []
        for number in range(1, len(self.weeks.learned) + 1):
            written = [text for week in self.weeks.learned[:number] for text in week]
            week = self._live(written, knows)
            knows = week.knows
            weeks.append(week)
            on_week()
        return Findings(
            are_of_the_calendar=self.weeks.are_of_the_calendar, before=before, weeks=weeks
        )

    def _live(self, written: Sequence[Text], knew: Knowledge) -> Week:
        """A week more: what was written by now is learned, if that helps."""
        selection = self._select(written)
        if selection is None:
            return Week(
                kept=False, reason="too little", weight=0, cpu_seconds=0, tokens=0, knows=knew
            )
        current = pack(self._learned) if self._documents else b""
        done = planned.course(self.base, "adapter", selection, current).run()
        learned = unpack(done.learned, self.base)
        if done.kept:
            self._learned = learned
            self._documents |= {text.number for text in selection.texts}
            knew = self._measure(personal(learned, self.base))
        return Week(
            kept=done.kept,
            reason=done.reason,
            weight=learned.weight,
            cpu_seconds=done.cpu_seconds,
            tokens=done.tokens,
            knows=knew,
        )

    def _select(self, written: Sequence[Text]) -> Selection | None:
        return planned.selection("adapter", written, self._documents)

    def _measure(self, version: Personal) -> Knowledge:
        def read(texts: Iterable[str]) -> Surprise:
            model = (self.engine.vocabulary, self.engine.session)
            return sum((surprise(*model, text, personal=version) for text in texts), Surprise())

        return Knowledge(
            learned=read(text.text for text in self._of_the_first),
            unseen=[read(text.text for text in week) for week in self.weeks.unseen],
            general=general_surprise(self.engine, version),
            other_general=read(self.general),
        )
