"""A course begins by itself only when it disturbs nobody and something is new."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.learning.learning import Learning
from daemon.learning.quiet_hours import QuietHours
from daemon.learning.schedule import FIRST_REST_S, IDLE_S, NEW_TEXTS, Schedule
from daemon.protocol.messages import Capture, LearnStatus
from daemon.store import Store, StoreKey
from daemon.store.personas import DEFAULT
from daemon.writing import Writing
from plm_engine.base import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary

HOUR = 12
Battery = namedtuple("Battery", "percent secsleft power_plugged")


@pytest.fixture
def writing(tmp_path: Path, tiny_base: InstalledBase) -> Iterator[Writing]:
    store = Store.open(tmp_path / "store.db", StoreKey(bytes(32), "file"))
    yield Writing(store, Vocabulary(tiny_base), tiny_base)
    store.close()


@dataclass
class Clock:
    now: float = 1_000.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[LearnStatus]:
    return []


@pytest.fixture
def schedule(
    writing: Writing, tiny_base: InstalledBase, told: list[LearnStatus], clock: Clock
) -> Schedule:
    learning = Learning(writing.store, writing, tiny_base.folder.parents[1])
    return Schedule(
        learning,
        writing.store,
        writing,
        quiet_hours=None,
        paused=False,
        push=told.append,
        on_kept=lambda: None,
        clock=lambda: clock.now,
        hour=lambda: HOUR,
    )


@pytest.fixture
def no_battery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None)


def write(writing: Writing, count: int) -> None:
    for number in range(count):
        text = f"letter {number}"
        writing.keep(
            Capture(
                site="example.org",
                kind="textarea",
                text=text,
                typed_chars=len(text),
                pasted_chars=0,
                draft=text,
            )
        )


async def test_it_waits_for_new_texts_then_for_a_pause(
    schedule: Schedule, writing: Writing, no_battery: None, clock: Clock
) -> None:
    await schedule.count_new_texts()
    assert schedule.status().waits_for == "new texts"
    write(writing, NEW_TEXTS["prompt"])
    await schedule.count_new_texts()
    schedule.somebody_writes()
    assert schedule.status().waits_for == "a pause in your writing"
    clock.now += IDLE_S + 1
    assert schedule.status().waits_for is None
    schedule.user_is(away=False)
    assert schedule.status().waits_for == "you to leave the machine for a minute"
    schedule.user_is(away=True)
    assert schedule.status().waits_for is None


async def test_what_a_course_has_considered_is_not_new(
    schedule: Schedule, writing: Writing, no_battery: None, clock: Clock
) -> None:
    write(writing, NEW_TEXTS["prompt"])
    clock.now += IDLE_S + 1
    writing.store.personas.set_learned_up_to(DEFAULT, 1)
    await schedule.count_new_texts()
    assert schedule.status().waits_for == "new texts"


@pytest.mark.parametrize(
    ("battery", "waits"),
    [
        (Battery(100, 9_999, False), True),
        (Battery(10, -2, True), True),
        (Battery(80, -2, True), False),
        (Battery(80, -2, None), False),
    ],
    ids=["on battery", "nearly empty", "on mains", "unknown"],
)
async def test_it_waits_for_mains(
    schedule: Schedule,
    writing: Writing,
    monkeypatch: pytest.MonkeyPatch,
    *,
    clock: Clock,
    battery: Battery,
    waits: bool,
) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery)
    write(writing, NEW_TEXTS["prompt"])
    await schedule.count_new_texts()
    clock.now += IDLE_S + 1
    assert (schedule.status().waits_for == "mains power") is waits


async def test_paused_it_waits_for_its_user(
    schedule: Schedule, writing: Writing, told: list[LearnStatus]
) -> None:
    await schedule.pause(True)
    assert schedule.status().waits_for == "you paused it"
    assert told[-1].paused
    assert not writing.store.settings.learning()
    await schedule.pause(False)
    assert writing.store.settings.learning()


async def test_in_quiet_hours_it_begins_nothing(
    schedule: Schedule, writing: Writing, no_battery: None, clock: Clock
) -> None:
    write(writing, NEW_TEXTS["prompt"])
    await schedule.count_new_texts()
    clock.now += IDLE_S + 1
    await schedule.set_quiet_hours(QuietHours(HOUR, HOUR + 1))
    assert schedule.status().waits_for == "the end of your quiet hours"
    assert writing.store.settings.quiet_hours() == QuietHours(HOUR, HOUR + 1)
    await schedule.set_quiet_hours(QuietHours(HOUR + 1, HOUR))
    assert schedule.status().waits_for is None
    await schedule.set_quiet_hours(None)
    assert writing.store.settings.quiet_hours() is None


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 23))
def test_quiet_hours_reach_from_one_hour_to_another(start: int, end: int, hour: int) -> None:
    hours = QuietHours(start, end)
    inside = start <= hour < end if start <= end else hour >= start or hour < end
    assert (hour in hours) == inside
    assert QuietHours.read(str(hours)) == hours


@pytest.mark.parametrize("written", ["", "22", "22-24", "-1-7", "a-b", "1-2-3"])
def test_other_quiet_hours_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        QuietHours.read(written)


async def test_the_persona_with_most_that_is_new_comes_first(
    schedule: Schedule, writing: Writing, no_battery: None, clock: Clock
) -> None:
    writing.store.personas.add("work")
    writing.personas_changed()
    write(writing, 3)
    assert schedule._most_new() == (DEFAULT, 0)
    for number in range(NEW_TEXTS["prompt"]):
        text = f"report {number}"
        capture = Capture(site="a.example", kind="textarea", text=text, typed_chars=9, draft=text)
        writing.keep(capture, persona="work")
    await schedule.count_new_texts()
    assert schedule._most_new() == ("work", NEW_TEXTS["prompt"])


async def test_after_a_course_that_came_to_nothing_it_rests_each_time_longer(
    schedule: Schedule, writing: Writing, no_battery: None, clock: Clock
) -> None:
    for rest_s in (FIRST_REST_S, 2 * FIRST_REST_S):
        write(writing, NEW_TEXTS["prompt"])  # too short to learn from, as the course finds
        writing.store.personas.set_learned_up_to(DEFAULT, 0)
        await schedule.count_new_texts()
        clock.now += IDLE_S + 1
        assert schedule.status().waits_for is None
        schedule.begin("prompt", DEFAULT, by_itself=True)
        await schedule.finished()
        assert schedule.status().waits_for == "a while, since the last course came to nothing"
        clock.now += rest_s - IDLE_S
