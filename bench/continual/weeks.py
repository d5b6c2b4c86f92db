"""Eight weeks of an author's texts, and which of them are never learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plm_engine.evaluation.study import Document
from plm_engine.learning.job import Text

WEEKS = 8
MOST_A_WEEK = 20
LEAST_A_WEEK = 10
_UNSEEN_EVERY = 5
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Weeks:
    """In the order of time, every text with a number of its own."""

    learned: list[list[Text]]
    """Of each week, what a course may have."""
    unseen: list[list[Text]]
    """Of each week, every fifth text: no course has it."""
    are_of_the_calendar: bool
    """Otherwise as many consecutive texts make each week, however long it took to write them."""


def eight_weeks(documents: Sequence[Document]) -> Weeks | None:
    """The newest there are of one author, given in the order of time; None of too few texts."""
    calendar = _of_the_calendar(documents)
    weeks = calendar or _equal_parts(documents)
    if not weeks:
        return None
    numbered = _numbered(weeks)
    return Weeks(
        learned=[[text for text in week if not _is_unseen(text)] for week in numbered],
        unseen=[[text for text in week if _is_unseen(text)] for week in numbered],
        are_of_the_calendar=bool(calendar),
    )


def _of_the_calendar(documents: Sequence[Document]) -> list[list[str]]:
    """The newest eight weeks without a pause; empty if the author never wrote so much."""
    times = [datetime.fromisoformat(document.ts) for document in documents]
    for last in reversed(range(len(documents))):
        weeks: list[list[str]] = [[] for _ in range(WEEKS)]
        for time, document in zip(times[: last + 1], documents, strict=False):
            before = (times[last] - time) // _WEEK
            if before < WEEKS:
                weeks[-1 - before].append(document.text)
        if min(map(len, weeks)) >= LEAST_A_WEEK:
            return [week[-MOST_A_WEEK:] for week in weeks]
    return []


def _equal_parts(documents: Sequence[Document]) -> list[list[str]]:
    newest = [document.text for document in documents[-WEEKS * MOST_A_WEEK :]]
    if len(newest) < WEEKS * MOST_A_WEEK:
        return []
    return [newest[start : start + MOST_A_WEEK] for start in range(0, len(newest), MOST_A_WEEK)]


def _numbered(weeks: Sequence[Sequence[str]]) -> list[list[Text]]:
    numbers = iter(range(1, 1 + sum(map(len, weeks))))
    return [[Text(next(numbers), text) for text in week] for week in weeks]


def _is_unseen(text: Text) -> bool:
    return text.number % _UNSEEN_EVERY == 0
