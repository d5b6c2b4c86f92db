"""A member refuses whatever an honest server would not ask, with a reason, and for good."""

from __future__ import annotations

import pytest

from federation.secure_sum.client import Participant
from federation.secure_sum.errors import Phase, Reason, RefusedError
from federation.secure_sum.messages import (
    Confirmations,
    Delivery,
    Invitation,
    Message,
    Roster,
    Survivors,
    encode,
)
from tests.federation.whole_round import (
    Remembered,
    Round,
    enrolled,
    new_round,
    parameters,
    participant,
    terms,
)

ME = "node-002"
KINDS: dict[Phase, type[Message]] = {
    Phase.ADVERTISE: Invitation,
    Phase.SHARE: Roster,
    Phase.MASK: Delivery,
    Phase.CONFIRM: Survivors,
    Phase.UNMASK: Confirmations,
}
"""What is asked in each phase."""
every_phase = pytest.mark.parametrize("phase", KINDS, ids=lambda phase: phase.name.lower())


def a_round() -> Round:
    """Of five members of whom four are needed; a sixth could have come."""
    return new_round(5, members=6, threshold=4)


def refusal(whole: Round, phase: Phase, question: bytes) -> Reason:
    """Why one member refuses; it must, and then refuses everything else."""
    with pytest.raises(RefusedError) as error:
        whole.step(ME, phase, question)
    assert str(error.value) == error.value.reason.value
    assert "\n" not in str(error.value)
    assert error.value.__cause__ is None
    assert whole.members[ME].phase is Phase.OVER
    for other in KINDS:
        with pytest.raises(RefusedError, match="out of phase"):
            whole.step(ME, other, question)
    return error.value.reason


@every_phase
def test_another_version_is_refused(phase: Phase) -> None:
    whole = a_round()
    question = whole.run_until(phase)[ME]
    assert refusal(whole, phase, b"\x02" + question[1:]) is Reason.VERSION


@every_phase
@pytest.mark.parametrize("kept", [0, 1, 2, -1])
def test_a_message_that_is_cut_off_is_refused(phase: Phase, kept: int) -> None:
    whole = a_round()
    question = whole.run_until(phase)[ME]
    assert refusal(whole, phase, question[:kept]) is Reason.UNREADABLE


@every_phase
def test_a_message_that_goes_on_is_refused(phase: Phase) -> None:
    whole = a_round()
    question = whole.run_until(phase)[ME]
    assert refusal(whole, phase, question + b"\0") is Reason.UNREADABLE


@every_phase
def test_a_message_that_is_too_large_is_refused_unread(phase: Phase) -> None:
    whole = a_round()
    question = whole.run_until(phase)[ME]
    assert refusal(whole, phase, question + bytes(20_000)) is Reason.OVERSIZED


@every_phase
def test_the_question_of_another_phase_is_refused(phase: Phase) -> None:
    whole = a_round()
    whole.run_until(phase)
    survivors = Survivors(bytes(32), ())
    delivery = Delivery(bytes(32), (), ())
    other = delivery if phase is Phase.CONFIRM else survivors
    assert refusal(whole, phase, encode(other)) is Reason.UNREADABLE


@every_phase
def test_a_step_that_is_not_due_is_refused(phase: Phase) -> None:
    for other in KINDS:
        if other is not phase:
            whole = a_round()
            question = whole.run_until(phase)[ME]
            assert refusal(whole, other, question) is Reason.OUT_OF_PHASE


@every_phase
def test_nothing_is_answered_twice(phase: Phase) -> None:
    whole = a_round()
    question = whole.run_until(phase)[ME]
    whole.step(ME, phase, question)
    assert refusal(whole, phase, question) is Reason.OUT_OF_PHASE


@pytest.mark.parametrize(("smallest", "is_fine"), [(4, True), (5, False), (50, False)])
def test_a_sum_of_fewer_than_a_member_demands_is_refused(smallest: int, is_fine: bool) -> None:
    member = participant(enrolled(ME), smallest=smallest)
    asked = encode(Invitation(parameters(6, threshold=4)))
    if is_fine:
        member.advertise(asked)
    else:
        with pytest.raises(RefusedError) as error:
            member.advertise(asked)
        assert error.value.reason is Reason.TOO_SMALL


def test_a_round_that_was_seen_is_refused_also_after_a_restart_and_as_another_cohort() -> None:
    seen, identity = Remembered(), enrolled(ME)
    Participant(identity, terms(), seen).advertise(encode(Invitation(parameters(6))))
    for again in (parameters(6), parameters(6, cohort=1), parameters(9, length=7)):
        with pytest.raises(RefusedError) as error:
            Participant(identity, terms(), seen).advertise(encode(Invitation(again)))
        assert error.value.reason is Reason.SEEN_BEFORE


def test_a_round_that_was_refused_was_not_taken_part_in() -> None:
    seen = Remembered()
    member = Participant(enrolled(ME), terms(smallest=50), seen)
    with pytest.raises(RefusedError):
        member.advertise(encode(Invitation(parameters(6))))
    assert not seen


def test_members_who_were_told_different_parameters_do_not_trust_each_other() -> None:
    def lie(phase: Phase, node: str, frame: bytes, is_up: bool) -> bytes:
        if phase is Phase.ADVERTISE and node == ME and not is_up:
            return encode(Invitation(parameters(5, length=6)))
        return frame

    whole = new_round(5, tamper=lie)
    whole.run()
    assert whole.rejected == {ME: Reason.SIGNATURE}


def test_secrets_are_never_shown() -> None:
    whole = a_round()
    whole.answer(whole.run_until(Phase.UNMASK))
    member = whole.members[ME]
    pairs = member._held.values()
    shown = repr((member, member._secrets, member._held, member._advertised))
    secrets = [member._secrets.own, member._secrets.masking.private_bytes_raw()]
    for secret in [*secrets, *(pair.key for pair in pairs), *(pair.secret for pair in pairs)]:
        assert repr(secret)[2:-1] not in shown
        assert secret.hex() not in shown
