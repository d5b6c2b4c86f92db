"""When a field falls silent, and for how long."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon import backing_off as module
from daemon.backing_off import (
    DISMISSALS_IN_A_ROW,
    FIRST_SILENCE_S,
    LONGEST_SILENCE_S,
    BackingOff,
)
from daemon.protocol.messages import OutcomeResult

DISMISSED: OutcomeResult = "dismissed"
RUN = (DISMISSED,) * DISMISSALS_IN_A_ROW
TAKEN: tuple[OutcomeResult, ...] = ("accepted", "accepted_word", "typed_through")
results = st.lists(st.sampled_from(get_args(OutcomeResult)), max_size=30)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Field:
    """One field and the clock on its wall."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.backing_off = BackingOff(self.clock)

    def note(self, *results: OutcomeResult) -> None:
        for result in results:
            self.backing_off.note("s", "f", result)

    @property
    def is_silent(self) -> bool:
        return self.backing_off.is_silent("s", "f")

    def silence_s(self) -> float:
        """How long it stays silent from now; it is over afterwards."""
        seconds = 0
        while self.is_silent:
            self.clock.now += 1
            seconds += 1
        return seconds


@pytest.mark.parametrize(
    ("outcomes", "silent"),
    [
        ((), False),
        (RUN[1:], False),
        (RUN, True),
        (("ignored",) * 9, False),
        (("dismissed", "ignored", "ignored", *RUN[1:]), True),
        *(((*RUN[1:], taken, *RUN[1:]), False) for taken in TAKEN),
        *(((*RUN, taken), False) for taken in TAKEN),
        ((*RUN, "ignored"), True),
        *(((*RUN, taken, "undone"), True) for taken in TAKEN),
        *(((*RUN[1:], taken, "undone", DISMISSED), True) for taken in TAKEN),
        ((*RUN[1:], "accepted", "accepted", "undone", DISMISSED), False),
        ((*RUN, "accepted", "undone", "accepted"), False),
        (("undone",) * 9, False),
    ],
)
def test_a_field_is_silent_after_a_run_of_dismissals(
    outcomes: tuple[OutcomeResult, ...], silent: bool
) -> None:
    field = Field()
    field.note(*outcomes)
    assert field.is_silent is silent


def test_each_further_run_doubles_the_silence_up_to_the_longest() -> None:
    field = Field()
    silences = []
    for _ in range(7):
        field.note(*RUN)
        silences.append(field.silence_s())
    assert silences == [30, 60, 120, 240, 480, 600, 600]
    assert (silences[0], silences[-1]) == (FIRST_SILENCE_S, LONGEST_SILENCE_S)


@pytest.mark.parametrize("taken", TAKEN)
def test_a_suggestion_that_is_taken_makes_the_next_silence_short_again(
    taken: OutcomeResult,
) -> None:
    field = Field()
    field.note(*RUN, *RUN, taken, *RUN)
    assert field.silence_s() == FIRST_SILENCE_S


@given(results)
def test_no_silence_is_longer_than_the_longest_and_a_taken_suggestion_ends_it(
    outcomes: list[OutcomeResult],
) -> None:
    field = Field()
    field.note(*outcomes)
    field.clock.now += LONGEST_SILENCE_S
    assert not field.is_silent
    field.note(*RUN)
    assert field.is_silent
    field.note("accepted")
    assert not field.is_silent


@given(results)
def test_suggestions_that_were_passed_over_count_neither_way(
    outcomes: list[OutcomeResult],
) -> None:
    with_ignored, without = Field(), Field()
    with_ignored.note(*outcomes)
    without.note(*(result for result in outcomes if result != "ignored"))
    assert with_ignored.silence_s() == without.silence_s()


def test_each_field_of_each_session_is_by_itself() -> None:
    backing_off = BackingOff(Clock())
    for _ in RUN:
        backing_off.note("s", "f", "dismissed")
    assert backing_off.is_silent("s", "f")
    assert not backing_off.is_silent("s", "g")
    assert not backing_off.is_silent("t", "f")


def test_a_field_is_forgotten_with_itself_and_with_its_session() -> None:
    backing_off = BackingOff(Clock())
    for session, field in (("s", "f"), ("s", "g"), ("t", "f")) * DISMISSALS_IN_A_ROW:
        backing_off.note(session, field, "dismissed")
    backing_off.forget_field("s", "f")
    backing_off.forget_field("s", "never dismissed")
    assert not backing_off.is_silent("s", "f")
    assert backing_off.is_silent("s", "g")
    backing_off.forget_session("s")
    assert not backing_off.is_silent("s", "g")
    assert backing_off.is_silent("t", "f")


def test_more_fields_than_can_be_remembered_push_out_the_oldest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_FIELDS", 2)
    backing_off = BackingOff(Clock())
    for field in ("f", "g", "f", "h"):
        for _ in RUN:
            backing_off.note("s", field, "dismissed")
    assert [backing_off.is_silent("s", field) for field in "fgh"] == [True, False, True]
