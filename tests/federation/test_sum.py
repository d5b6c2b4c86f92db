"""The sum is exact, whoever is lost on the way, and there is none if too many are."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.secure_sum.errors import Phase, RejectedError, TooFewError
from federation.secure_sum.parameters import default_threshold
from tests.federation.whole_round import Round, names, new_round, plain_sum, vectors

PHASES = list(Phase)[:-1]


@st.composite
def a_schedule(draw: st.DrawFn) -> tuple[int, int, dict[str, Phase]]:
    """How many members, the threshold, and who is lost in which phase, of those who can be."""
    count = draw(st.integers(3, 8))
    threshold = draw(st.integers(default_threshold(count), count))
    lost = draw(st.permutations(names(count)))[: draw(st.integers(0, count - threshold))]
    return count, threshold, {node: draw(st.sampled_from(PHASES)) for node in lost}


@settings(deadline=None, max_examples=40)
@given(a_schedule(), st.integers(1, 50), st.sampled_from([32, 64]), st.integers(0, 2**31))
def test_the_sum_is_that_of_everybody_whose_vector_arrived(
    schedule: tuple[int, int, dict[str, Phase]], length: int, bits: int, seed: int
) -> None:
    count, threshold, drops = schedule
    whole = new_round(count, length, drops=drops, bits=bits, threshold=threshold)
    whole.vectors = vectors(names(count), length, bits, seed)
    total = whole.run()
    there = [node for node in names(count) if drops.get(node, Phase.OVER) > Phase.MASK]
    assert list(total.nodes) == there
    expected = plain_sum((whole.vectors[node] for node in there), total.vector)
    assert (total.vector == expected).all()
    assert not whole.refused
    assert not whole.rejected


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name.lower())
def test_one_more_lost_than_can_be_ends_the_round_with_a_typed_error(phase: Phase) -> None:
    count = 6
    needed = default_threshold(count)
    lost = names(count)[: count - needed + 1]
    whole = new_round(count, drops=dict.fromkeys(lost, phase))
    with pytest.raises(TooFewError) as error:
        whole.run()
    assert (error.value.phase, error.value.left, error.value.needed) == (phase, needed - 1, needed)
    assert whole.server.phase is Phase.OVER


def test_losses_of_all_phases_count_together() -> None:
    lost = dict(zip(names(9), PHASES, strict=False))
    with pytest.raises(TooFewError) as error:
        new_round(9, drops=lost).run()
    assert error.value.phase is Phase.CONFIRM


@given(st.integers(3, 1_000))
def test_the_threshold_is_a_majority_of_two_thirds(count: int) -> None:
    assert count < 2 * default_threshold(count) <= 2 * count
    assert 2 * count <= 3 * default_threshold(count) < 2 * count + 3


def test_the_server_says_whom_it_waits_for() -> None:
    whole = new_round(4, drops={"node-002": Phase.MASK})
    assert whole.server.missing == frozenset()
    assert not whole.server.is_enough
    asked = whole.run_until(Phase.MASK)
    assert whole.server.missing == set(names(4))
    whole.answer(asked)
    assert whole.server.missing == {"node-002"}
    assert whole.server.answered == 3
    assert whole.server.is_enough


def test_an_answer_that_comes_late_is_rejected_and_its_sender_lost() -> None:
    whole = new_round(4)
    asked = whole.run_until(Phase.MASK)
    late = whole.members["node-001"].mask(asked.pop("node-001"), lambda: whole.vectors["node-001"])
    whole.answer(asked)
    asked = whole.server.close()
    with pytest.raises(RejectedError):
        whole.server.receive(late)
    whole.answer(asked)
    whole.answer(whole.server.close())
    assert whole.server.finish().nodes == ("node-002", "node-003", "node-004")


def test_a_vector_is_left_as_it_was_and_has_to_fit() -> None:
    whole = new_round(3)
    before = {node: vector.copy() for node, vector in whole.vectors.items()}
    whole.run()
    assert all((whole.vectors[node] == before[node]).all() for node in before)
    for wrong in (np.zeros(4, np.uint32), np.zeros(5, np.uint64), np.zeros((1, 5), np.uint32)):
        whole = new_round(3)
        asked = whole.run_until(Phase.MASK)
        with pytest.raises(ValueError, match="length and width"):
            whole.members["node-001"].mask(asked["node-001"], wrong.copy)
        assert whole.members["node-001"].phase is Phase.OVER


def test_the_parts_of_a_split_cohort_are_rounds_of_their_own() -> None:
    parts = [new_round(3, cohort=cohort) for cohort in (0, 1)]
    assert len({part.parameters.digest() for part in parts}) == 2
    assert len({part.parameters.round for part in parts}) == 1
    for part in parts:
        total = part.run()
        assert (total.vector == plain_sum(part.vectors.values(), total.vector)).all()


def test_nothing_leaves_but_what_the_protocol_needs() -> None:
    """Every byte that a member sends is a key, a share, a digest, a signature, a seat, or the
    masked vector: frames of all members are of the same lengths, whatever the vectors say."""
    sizes: list[Counter[tuple[Phase, int]]] = []

    def told(value: int) -> Round:
        sizes.append(Counter())

        def measure(phase: Phase, node: str, frame: bytes, is_up: bool) -> bytes:
            sizes[-1][phase, len(frame)] += is_up
            return frame

        whole = new_round(4, 1_000, tamper=measure)
        whole.vectors = {node: np.full(1_000, value, np.uint32) for node in whole.members}
        return whole

    assert (told(0).run().vector == 0).all()
    assert (told(1).run().vector == 4).all()
    assert sizes[0] == sizes[1]
    assert all(count == 4 for key, count in sizes[0].items() if count)
