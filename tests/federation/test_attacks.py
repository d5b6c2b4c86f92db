"""What a server that wants one member's vector could try, in vain.

To lift one member's masks it needs ``threshold`` shares of its own mask's secret *and* of its
masking key: of each a member reveals one, to whoever holds enough signatures for one list.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.secure_sum.client import Participant
from federation.secure_sum.errors import FaultError, Phase, Reason, RefusedError
from federation.secure_sum.messages import (
    Confirmations,
    Delivery,
    Roster,
    Signed,
    Survivors,
    Unmasking,
    encode,
)
from federation.secure_sum.parameters import check_threshold, default_threshold
from tests.federation.tampering import changed, read, said_in
from tests.federation.whole_round import Round, names, new_round, parameters

VICTIM = 1


def confirmed(whole: Round, told: Mapping[int, tuple[int, ...]]) -> dict[int, bytes]:
    """Each seat's signature under the list that it was told; none of those who refused."""
    transcript = whole.server._seating.transcript
    signatures = {}
    for seat, survivors in told.items():
        try:
            answer = at(whole, seat).confirm(encode(Survivors(transcript, survivors)))
        except RefusedError:
            continue
        signatures[seat] = read(answer, Signed).signature
    return signatures


def at(whole: Round, seat: int) -> Participant:
    """Who sits there."""
    return whole.members[names(len(whole.members))[seat - 1]]


def unmasking(
    whole: Round, seat: int, survivors: tuple[int, ...], signatures: Mapping[int, bytes]
) -> Unmasking:
    """What one member reveals to this request, or `RefusedError`."""
    transcript = whole.server._seating.transcript
    seats = tuple(sorted(signatures))
    signed = tuple(signatures[one] for one in seats)
    frame = encode(Confirmations(transcript, survivors, seats, signed))
    return said_in(at(whole, seat).unmask(frame), Unmasking)


def masked(count: int, **said: Any) -> Round:
    """A round in which everybody's masked vector arrived."""
    whole = new_round(count, **said)
    whole.run_until(Phase.CONFIRM)
    return whole


EVERYBODY = tuple(range(1, 7))
WITHOUT_VICTIM = EVERYBODY[1:]


def test_a_live_member_cannot_be_told_to_some_as_alive_and_to_others_as_lost() -> None:
    whole = masked(6)
    told = {seat: EVERYBODY if seat <= 3 else WITHOUT_VICTIM for seat in EVERYBODY}
    signatures = confirmed(whole, told)
    for seat in EVERYBODY:
        fitting = {one: sig for one, sig in signatures.items() if told[one] == told[seat]}
        with pytest.raises(RefusedError) as error:
            unmasking(whole, seat, told[seat], fitting)
        assert error.value.reason is Reason.TOO_FEW


def test_signatures_under_another_list_do_not_fill_up_the_number() -> None:
    whole = masked(6)
    told = {seat: EVERYBODY if seat <= 3 else WITHOUT_VICTIM for seat in EVERYBODY}
    signatures = confirmed(whole, told)
    with pytest.raises(RefusedError) as error:
        unmasking(whole, 2, EVERYBODY, signatures)
    assert error.value.reason is Reason.SIGNATURE


def test_a_member_that_answered_for_one_list_answers_for_no_other() -> None:
    whole = masked(6)
    signatures = confirmed(whole, dict.fromkeys(EVERYBODY, EVERYBODY))
    assert unmasking(whole, 2, EVERYBODY, signatures).shares
    for survivors in (WITHOUT_VICTIM, EVERYBODY):
        with pytest.raises(RefusedError) as error:
            unmasking(whole, 2, survivors, signatures)
        assert error.value.reason is Reason.OUT_OF_PHASE


def test_a_member_that_is_called_lost_confirms_nothing() -> None:
    whole = masked(6)
    assert VICTIM not in confirmed(whole, dict.fromkeys(EVERYBODY, WITHOUT_VICTIM))


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_whatever_is_told_to_whom_nobody_reveals_both_secrets(data: st.DataObject) -> None:
    count = data.draw(st.integers(3, 6))
    everybody = tuple(range(1, count + 1))
    whole = masked(count)
    lists = [
        chosen
        for size in range(default_threshold(count), count + 1)
        for chosen in combinations(everybody, size)
    ]
    told = {seat: data.draw(st.sampled_from(lists)) for seat in everybody}
    signatures = confirmed(whole, told)
    believed = set()
    for seat in signatures:
        fitting = {one: sig for one, sig in signatures.items() if told[one] == told[seat]}
        try:
            unmasking(whole, seat, told[seat], fitting)
        except RefusedError:
            continue
        believed.add(told[seat])
    assert len(believed) <= 1


def test_two_rosters_are_two_rounds_that_cannot_read_each_other() -> None:
    def lie(phase: Phase, node: str, frame: bytes, is_up: bool) -> bytes:
        if phase is Phase.SHARE and not is_up and node in names(3):
            return changed(frame, Roster, advertisements=read(frame, Roster).advertisements[:5])
        return frame

    whole = new_round(6, tamper=lie)
    whole.answer(whole.run_until(Phase.SHARE))
    assert whole.rejected == dict.fromkeys(names(3), Reason.SIGNATURE)


def test_members_who_were_told_different_sharers_do_not_believe_each_other() -> None:
    def lie(phase: Phase, node: str, frame: bytes, is_up: bool) -> bytes:
        if phase is not Phase.MASK or is_up or node not in names(3):
            return frame
        told = read(frame, Delivery)
        return changed(frame, Delivery, sharers=told.sharers[:-1], sealed=told.sealed[:-1])

    whole = new_round(6, tamper=lie)
    whole.run_until(Phase.CONFIRM)
    first_five = EVERYBODY[:5]
    signatures = confirmed(whole, dict.fromkeys(first_five, first_five))
    assert set(signatures) == set(first_five)
    for seat in first_five:
        with pytest.raises(RefusedError) as error:
            unmasking(whole, seat, first_five, signatures)
        assert error.value.reason is Reason.SIGNATURE


@given(st.integers(4, 1_000), st.data())
def test_no_member_is_in_a_sum_of_which_less_than_two_thirds_can_be_believed(
    count: int, data: st.DataObject
) -> None:
    """With a bare majority, two parts of a cohort with one member in common would each suffice."""
    threshold = data.draw(st.integers(2, default_threshold(count) - 1))
    with pytest.raises(FaultError) as error:
        check_threshold(parameters(count, threshold=threshold))
    assert error.value.reason is Reason.MINORITY


def test_two_parts_with_a_member_in_common_who_signs_both_are_not_believed() -> None:
    whole = masked(6)
    told = {seat: (1, 2, 3, 4) if seat <= 3 else (3, 4, 5, 6) for seat in EVERYBODY if seat != 3}
    signatures = confirmed(whole, told)
    first = {seat: sig for seat, sig in signatures.items() if told[seat] == (1, 2, 3, 4)}
    with pytest.raises(RefusedError) as error:
        unmasking(whole, 1, (1, 2, 3, 4), first)
    assert error.value.reason is Reason.TOO_FEW


def test_half_of_a_cohort_is_never_enough_to_be_believed() -> None:
    whole = masked(6, threshold=4)
    halves = {seat: (1, 2, 3) if seat <= 3 else (4, 5, 6) for seat in EVERYBODY}
    assert confirmed(whole, halves) == {}
