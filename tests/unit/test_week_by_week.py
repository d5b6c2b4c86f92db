"""How the study of learning week by week tells what was forgotten."""

from __future__ import annotations

import math

import pytest

from bench.continual.author import Findings, Knowledge, Week
from bench.continual.tables import forgotten, summary
from plm_engine.evaluation.surprise import Surprise


def read(bits_per_char: float) -> Surprise:
    """A hundred characters."""
    return Surprise(bits_per_char * 100 * math.log(2), 40, 100)


def knows(first: float, second: float, *, general: float = 1.0) -> Knowledge:
    """Of two weeks."""
    return Knowledge(
        learned=read(first),
        unseen=[read(first), read(second)],
        general=read(general),
        other_general=read(general),
    )


def week(knowledge: Knowledge, *, kept: bool = True) -> Week:
    """That ended so."""
    return Week(kept=kept, reason="", weight=1.0, cpu_seconds=60.0, tokens=900, knows=knowledge)


def test_what_rises_again_was_forgotten() -> None:
    weeks = [week(knows(1.0, 2.0)), week(knows(1.1, 1.5))]
    findings = Findings(are_of_the_calendar=True, before=knows(2.0, 2.0), weeks=weeks)
    assert forgotten(findings) == pytest.approx((0.1, 0.1, 0.1))


def test_what_only_falls_was_not() -> None:
    weeks = [week(knows(1.2, 2.0)), week(knows(1.1, 1.5))]
    findings = Findings(are_of_the_calendar=True, before=knows(2.0, 2.0), weeks=weeks)
    assert forgotten(findings) == (0, 0, 0)


def test_weeks_that_spoil_general_english_too_much_are_counted() -> None:
    weeks = [week(knows(1.0, 2.0, general=1.03)), week(knows(1.0, 2.0, general=1.01), kept=False)]
    findings = Findings(are_of_the_calendar=False, before=knows(2.0, 2.0), weeks=weeks)
    row = summary([findings]).splitlines()[-1]
    assert "1 of 2" in row
    assert row.endswith("| +3.0 % | 1 |")
