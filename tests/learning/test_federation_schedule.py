"""Taking part in a community: only when it disturbs nobody, and on the user's terms."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from daemon.federation.metered import is_metered
from daemon.federation.schedule import WANTED_S
from daemon.federation.worth import Worth
from daemon.learning.learning import Course
from daemon.learning.quiet_hours import QuietHours
from daemon.learning.schedule import IDLE_S
from daemon.store.federation import NewMembership, Round, now
from daemon.store.settings import FederationLimits
from plm_engine.base import InstalledBase
from tests.integration.federated import Machine, machine

JOINED = NewMembership(
    community="Writers",
    url="https://writers.example",
    invitation="plm-join-1.abc",
    keys=b"keys",
    device="7",
    release=b"no release",
    version=0,
)


@pytest.fixture
def mine(
    tmp_path: Path, tiny_base: InstalledBase, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine]:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None)
    one = machine(tmp_path / "mine", tiny_base)
    yield one
    one.store.close()


async def joined(mine: Machine) -> None:
    """Whose machine nobody has touched for a while."""
    mine.store.federation.join(JOINED)
    await mine.federating.look_up()
    mine.now += IDLE_S + 1


def waits_for(mine: Machine) -> str | None:
    return mine.schedule.status().waits_for


async def test_who_belongs_to_no_community_waits_for_nothing(mine: Machine) -> None:
    await mine.federating.look_up()
    status = mine.schedule.status()
    assert (status.community, status.waits_for, status.rounds) == (None, None, [])
    assert status.epsilon == 0
    assert "nothing was sent" in status.epsilon_in_words


async def test_it_waits_until_nobody_needs_the_machine(mine: Machine) -> None:
    await joined(mine)
    assert waits_for(mine) is None
    mine.machine.somebody_writes()
    assert waits_for(mine) == "a pause in your writing"
    mine.now += IDLE_S + 1
    mine.machine.user_is(away=False)
    assert waits_for(mine) == "you to leave the machine for a minute"
    mine.machine.user_is(away=True)
    await mine.machine.set_quiet_hours(QuietHours(12, 13))
    assert waits_for(mine) == "the end of your quiet hours"


async def test_it_waits_for_mains(mine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    await joined(mine)
    monkeypatch.setattr("daemon.learning.schedule._on_mains", lambda: False)
    assert waits_for(mine) == "mains power"


async def test_learning_goes_first(mine: Machine) -> None:
    await joined(mine)
    mine.learning.course = Course("adapter", "default")
    assert waits_for(mine) == "learning to come to its end"
    mine.learning.course = None
    assert waits_for(mine) is None


async def test_paused_it_waits_for_its_user_also_if_it_is_wanted_now(mine: Machine) -> None:
    await joined(mine)
    await mine.schedule.pause(True)
    assert mine.schedule.status().paused
    mine.schedule.begin_now()
    assert waits_for(mine) == "you paused it"
    await mine.schedule.pause(False)
    assert not mine.schedule.status().paused


async def test_what_is_wanted_now_is_so_for_a_while_and_until_other_terms_are_set(
    mine: Machine,
) -> None:
    await joined(mine)
    mine.metered = True
    await mine.schedule._consider()
    assert waits_for(mine) == "a connection that is not metered"
    mine.schedule._begun = asyncio.create_task(asyncio.sleep(0))  # so that nothing begins
    mine.schedule.begin_now()
    assert waits_for(mine) is None
    mine.now += WANTED_S + 1
    assert waits_for(mine) == "a connection that is not metered"
    mine.schedule.begin_now()
    await mine.schedule.set_limits(FederationLimits(metered=True))
    assert waits_for(mine) == "a connection that is not metered"
    await mine.schedule.finished()


async def test_who_is_just_leaving_takes_part_no_more(
    mine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await joined(mine)
    begun = []
    leave = mine.store.federation.leave

    def watched() -> None:
        mine.schedule._begin()  # as the schedule might, meanwhile
        begun.append(mine.schedule._begun)
        leave()

    monkeypatch.setattr(mine.store.federation, "leave", watched)
    await mine.schedule.leave()
    assert begun == [None]


async def test_who_was_put_out_does_not_come_back_by_itself(mine: Machine) -> None:
    await joined(mine)
    mine.store.federation.put_out("The operator has expelled this device.")
    await mine.federating.look_up()
    mine.schedule.begin_now()
    assert waits_for(mine) == "you to leave"
    assert mine.schedule.status().put_out == "The operator has expelled this device."


async def test_a_metered_connection_is_not_used(mine: Machine) -> None:
    await joined(mine)
    await mine.schedule.set_limits(FederationLimits(metered=True))
    assert waits_for(mine) == "a connection that is not metered"
    assert mine.store.settings.federation_limits().metered
    await mine.schedule.set_limits(FederationLimits())
    mine.metered = True
    await mine.schedule._consider()
    assert waits_for(mine) == "a connection that is not metered"


async def test_what_comes_to_nothing_is_not_tried_all_day(mine: Machine) -> None:
    await joined(mine)
    mine.schedule._begin()
    await mine.schedule.finished()  # what came is no release
    assert mine.schedule.status().verdicts[0].kept is False
    mine.schedule._begin()
    await mine.schedule.finished()
    assert mine.schedule.status().last
    assert waits_for(mine) == "a while, since it came to nothing last time"


async def test_terms_are_told_and_kept(mine: Machine) -> None:
    await mine.schedule.set_limits(FederationLimits(smallest_cohort=20, most_epsilon=2.5))
    status = mine.told[-1]
    assert (status.smallest_cohort, status.most_epsilon) == (20, 2.5)


async def test_a_system_that_knows_nothing_of_metered_connections_is_taken_for_unmetered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert not await is_metered()


@pytest.mark.skipif(sys.platform != "linux", reason="asks NetworkManager")
@pytest.mark.parametrize(
    ("says", "metered"), [("u 0", False), ("u 1", True), ("u 2", False), ("u 3", True), ("", False)]
)
async def test_network_manager_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, says: str, metered: bool
) -> None:
    bus = tmp_path / "busctl"
    bus.write_text(f"#!/bin/sh\necho '{says}'\n")
    bus.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert await is_metered() is metered


async def test_what_was_sent_is_counted_beside_the_daemon() -> None:
    def sent(noise: float) -> Round:
        return Round(
            community="Writers", at=now(), version=0, noise_multiplier=noise, threshold=40, bytes=9
        )

    worth = Worth()
    assert await worth.count([sent(2.0)], None)
    once = worth.epsilon
    assert once is not None
    assert not await worth.count([sent(2.0)], None), "it is known already"
    await worth.count([sent(2.0), sent(2.0)], None)
    assert worth.epsilon is not None
    assert worth.epsilon > once > 0
    await worth.count([sent(0.0)], None)
    assert worth.epsilon == float("inf")
    assert "no promise" in worth.in_words()
    await worth.count([], 2.0)
    assert worth.epsilon == once, "what is listed no more is still told"
    await worth.count([], None)
    assert worth.epsilon == 0
