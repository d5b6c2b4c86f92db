"""Nodes that are killed in mid-round, in every phase, and a coordinator that is: real processes.

A node that is killed right after its answer is one that is killed when it is asked the next time;
where that is another thing, it has a test.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from federation.secure_sum.errors import Phase
from tests.federation.mortals import DEVICES, Community, mortals
from tests.tiny_daemon import tiny_default_base

PHASES = [phase.name for phase in Phase if phase is not Phase.OVER]
every_phase = pytest.mark.parametrize("phase", PHASES, ids=str.lower)


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Community]:
    place = tmp_path_factory.mktemp("mortals")
    with mortals(tiny_default_base(place), place) as world:
        yield world


IN_THE_SUM = {"CONFIRM", "UNMASK"}
"""Once its vector has arrived, a node is counted, whatever becomes of it."""


@every_phase
def test_above_the_threshold_a_killed_node_costs_nothing_but_its_own_update(
    community: Community, phase: str
) -> None:
    community.all_live()
    victim, *others = community.nodes
    victim.dies(phase, "asked")

    outcome = community.hold_round(dying=[victim])

    assert outcome.is_mean_of(community.nodes if phase in IN_THE_SUM else others)
    assert outcome.held.devices == DEVICES - (phase not in IN_THE_SUM)
    assert outcome.held.verdict == "published"


@pytest.mark.parametrize(
    ("moment", "is_in"), [("noted", False), ("answered", True)], ids=["unsent", "sent"]
)
def test_a_vector_counts_once_it_has_left(community: Community, moment: str, is_in: bool) -> None:
    community.all_live()
    victim, *others = community.nodes
    victim.dies("MASK", moment)

    outcome = community.hold_round(dying=[victim])

    assert outcome.is_mean_of(community.nodes if is_in else others)


@pytest.mark.parametrize(
    ("phase", "moment"),
    [*((phase, "asked") for phase in PHASES), ("MASK", "noted")],
    ids=[*map(str.lower, PHASES), "mask-unsent"],
)
def test_below_the_threshold_nothing_comes_of_a_round_and_the_next_one_is_held(
    community: Community, phase: str, moment: str
) -> None:
    community.all_live()
    before, rounds = community.flat(), community.rounds()
    *others, first, second = community.nodes
    for victim in (first, second):
        victim.dies(phase, moment)

    told = community.lose_round(dying=[first, second])

    assert [one["phase"] for one in told if one["event"] == "phase over"] == up_to(phase)
    assert [one["reason"] for one in told if one["event"] == "no sum"] == [
        "3 members are left and 4 are needed"
    ]
    assert (community.flat() == before).all()
    assert community.rounds() == rounds

    community.all_live()
    outcome = community.hold_round()

    assert outcome.is_mean_of(community.nodes)
    has_left = phase in IN_THE_SUM or moment == "noted"
    nobodys = community.nodes if has_left else others if phase == "MASK" else []
    assert outcome.made == nobodys, "an update that has left, or was about to, is never given again"


@every_phase
def test_a_coordinator_that_was_killed_forgets_the_round_and_holds_the_next(
    community: Community, phase: str
) -> None:
    community.all_live()
    before, rounds, enrolled = community.flat(), community.rounds(), community.enrolled
    late = community.nodes[-1]
    late.stands_still(phase)
    community.all_learn()
    late.process.heard("stands still")

    community.kill()
    late.goes_on()
    community.start()

    assert (community.flat() == before).all()
    assert (community.rounds(), community.enrolled) == (rounds, enrolled)
    outcome = community.hold_round()
    assert outcome.is_mean_of(community.nodes)
    assert outcome.held.devices == DEVICES


def up_to(phase: str) -> list[str]:
    """The phases that there were."""
    return PHASES[: PHASES.index(phase) + 1]
