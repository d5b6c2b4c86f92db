"""Bad answers do not lose a round: the server rejects them, and their sender is dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.identity import Certificate, issue
from federation.secure_sum import dealing
from federation.secure_sum.errors import (
    FaultError,
    Phase,
    Reason,
    RejectedError,
    TooFewError,
    UnrecoverableError,
)
from federation.secure_sum.messages import (
    Advertisement,
    Confirmation,
    MaskedInput,
    Message,
    Shares,
    Signed,
    Unmasking,
    encode,
    sign,
)
from federation.secure_sum.server import Summation
from federation.secure_sum.shamir import split
from tests.federation.tampering import advertised, changed, read, resigned, said_in
from tests.federation.whole_round import (
    AUTHORITY,
    DAY,
    NOW,
    TRUST,
    Round,
    enrolled,
    names,
    new_round,
    parameters,
    plain_sum,
)

BAD = "node-002"
KINDS: dict[Phase, type[Message]] = {
    Phase.ADVERTISE: Advertisement,
    Phase.SHARE: Shares,
    Phase.MASK: MaskedInput,
    Phase.CONFIRM: Confirmation,
    Phase.UNMASK: Unmasking,
}
"""What is answered in each phase."""
every_phase = pytest.mark.parametrize("phase", KINDS, ids=lambda phase: phase.name.lower())

Change = Callable[[Round, bytes], bytes]


def run_with(phase: Phase, change: Change) -> Reason:
    """Why one member's changed answer is rejected; the sum has to be that of all others, or of
    everybody if the vector had arrived before."""

    def tamper(now: Phase, node: str, frame: bytes, is_up: bool) -> bytes:
        return change(whole, frame) if is_up and (now, node) == (phase, BAD) else frame

    whole = new_round(4, tamper=tamper)
    total = whole.run()
    there = [node for node in names(4) if phase > Phase.MASK or node != BAD]
    assert list(total.nodes) == there
    expected = plain_sum((whole.vectors[node] for node in there), total.vector)
    assert (total.vector == expected).all()
    assert not whole.refused
    assert set(whole.rejected) == {BAD}
    return whole.rejected[BAD]


def saying(kind: type[Message], **fields: Callable[[Any], Any]) -> Change:
    """The member's words, with fields that it changed itself before it signed."""

    def change(whole: Round, frame: bytes) -> bytes:
        said = said_in(frame, kind)
        new = {name: field(getattr(said, name)) for name, field in fields.items()}
        context = (
            whole.parameters.digest() if kind is Advertisement else whole.server._seating.transcript
        )
        return resigned(frame, kind, whole.identities[BAD], context, **new)

    return change


def shorter(given: Any) -> Any:
    """A list or bytes, without the end."""
    return given[:-1]


def flipped(shares: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Shares of which the first is another."""
    return (bytes([shares[0][0] ^ 1]) + shares[0][1:], *shares[1:])


def run_out(certificate: Certificate) -> Certificate:
    """The same node's, which ended last week."""
    return issue(
        AUTHORITY,
        node=certificate.node,
        key=certificate.key,
        not_before=0,
        not_after=NOW - 7 * DAY,
    )


CHANGES: dict[str, tuple[Phase, Change, Reason]] = {
    "a weak key": (
        Phase.ADVERTISE,
        saying(Advertisement, masking_key=lambda _: bytes(32)),
        Reason.WEAK_KEY,
    ),
    "one key for both purposes": (
        Phase.ADVERTISE,
        lambda whole, frame: saying(
            Advertisement,
            masking_key=lambda _: said_in(frame, Advertisement).sealing_key,
        )(whole, frame),
        Reason.DUPLICATE_KEY,
    ),
    "somebody else's name": (
        Phase.ADVERTISE,
        lambda whole, frame: encode(
            advertised(whole.identities["node-001"], whole.parameters.digest())
        ),
        Reason.DUPLICATE_NODE,
    ),
    "a certificate that has run out": (
        Phase.ADVERTISE,
        saying(Advertisement, certificate=run_out),
        Reason.CERTIFICATE,
    ),
    "shares for too few": (Phase.SHARE, saying(Shares, sealed=shorter), Reason.LENGTH),
    "digests for too few": (Phase.SHARE, saying(Shares, key_digests=shorter), Reason.LENGTH),
    "other digests for too few": (
        Phase.SHARE,
        saying(Shares, secret_digests=shorter),
        Reason.LENGTH,
    ),
    "shares in another's name": (
        Phase.SHARE,
        saying(Shares, seat=lambda _: 1),
        Reason.SIGNATURE,
    ),
    "shares from nowhere": (Phase.SHARE, saying(Shares, seat=lambda _: 5), Reason.UNKNOWN_SEAT),
    "a vector that is too short": (
        Phase.MASK,
        saying(MaskedInput, vector=shorter),
        Reason.LENGTH,
    ),
    "a vector that is too long": (
        Phase.MASK,
        saying(MaskedInput, vector=lambda vector: vector + bytes(4)),
        Reason.LENGTH,
    ),
    "a vector without end": (
        Phase.MASK,
        saying(MaskedInput, vector=lambda _: bytes(10_000)),
        Reason.OVERSIZED,
    ),
    "other survivors": (
        Phase.CONFIRM,
        saying(Confirmation, survivors=shorter),
        Reason.CONTRADICTION,
    ),
    "other sharers": (
        Phase.CONFIRM,
        saying(Confirmation, sharers=shorter),
        Reason.CONTRADICTION,
    ),
    "a wrong share": (Phase.UNMASK, saying(Unmasking, shares=flipped), Reason.SHARE),
    "too few shares": (Phase.UNMASK, saying(Unmasking, shares=shorter), Reason.LENGTH),
}


@pytest.mark.parametrize(("phase", "change", "reason"), CHANGES.values(), ids=CHANGES)
def test_a_wrong_answer_costs_only_its_sender(phase: Phase, change: Change, reason: Reason) -> None:
    assert run_with(phase, change) is reason


@every_phase
def test_an_answer_that_somebody_else_signed_is_rejected(phase: Phase) -> None:
    def change(whole: Round, frame: bytes) -> bytes:
        honest = read(frame, Signed)
        signature = Ed25519PrivateKey.generate().sign(honest.body)
        return changed(frame, Signed, signature=signature)

    assert run_with(phase, change) is Reason.SIGNATURE


@every_phase
def test_an_answer_to_another_round_is_rejected(phase: Phase) -> None:
    def change(whole: Round, frame: bytes) -> bytes:
        other = parameters(4, round=b"another round id")
        said = said_in(frame, KINDS[phase])
        return encode(sign(whole.identities[BAD], other.digest(), said))

    assert run_with(phase, change) is Reason.SIGNATURE


@every_phase
def test_an_answer_of_another_phase_is_rejected(phase: Phase) -> None:
    def change(whole: Round, frame: bytes) -> bytes:
        other = Unmasking(2, ()) if phase is not Phase.UNMASK else MaskedInput(2, b"")
        context = whole.server._digest
        return encode(sign(whole.identities[BAD], context, other))

    assert run_with(phase, change) is Reason.UNREADABLE


@every_phase
def test_an_answer_of_another_version_or_cut_off_is_rejected(phase: Phase) -> None:
    assert run_with(phase, lambda _, frame: b"\x02" + frame[1:]) is Reason.VERSION
    assert run_with(phase, lambda _, frame: frame[:-1]) is Reason.UNREADABLE
    assert run_with(phase, lambda _, frame: frame[:1]) is Reason.UNREADABLE
    assert run_with(phase, lambda _, frame: b"") is Reason.UNREADABLE
    assert run_with(phase, lambda _, frame: frame + bytes(10_000)) is Reason.OVERSIZED


@every_phase
def test_an_answer_counts_once_and_after_a_bad_one_the_good_one_counts(phase: Phase) -> None:
    whole = new_round(4)
    question = whole.run_until(phase)[BAD]
    answer = whole.step(BAD, phase, question)
    with pytest.raises(RejectedError):
        whole.server.receive(answer[:-1])
    assert whole.server.answered == 0
    assert whole.server.receive(answer) == BAD
    with pytest.raises(RejectedError) as error:
        whole.server.receive(answer)
    expected = Reason.REPEATED if phase else Reason.DUPLICATE_NODE
    assert error.value.reason is expected
    assert whole.server.answered == 1


def test_who_was_not_asked_is_not_heard() -> None:
    whole = new_round(5, drops={BAD: Phase.SHARE})
    whole.run_until(Phase.MASK)
    uninvited = MaskedInput(2, bytes(whole.parameters.vector_bytes))
    frame = encode(sign(whole.identities[BAD], whole.server._seating.transcript, uninvited))
    with pytest.raises(RejectedError) as error:
        whole.server.receive(frame)
    assert error.value.reason is Reason.UNKNOWN_SEAT


def test_a_full_cohort_takes_nobody_else() -> None:
    whole = new_round(3)
    asked = dict.fromkeys(whole.members, whole.server.invitation())
    whole.answer(asked)
    with pytest.raises(RejectedError) as error:
        whole.server.receive(encode(advertised(enrolled("late"), whole.parameters.digest())))
    assert error.value.reason is Reason.CROWDED


def test_after_the_end_nobody_is_heard() -> None:
    whole = new_round(3)
    whole.run()
    with pytest.raises(RejectedError) as error:
        whole.server.receive(b"")
    assert error.value.reason is Reason.OUT_OF_PHASE


def test_too_many_bad_answers_are_too_few_good_ones() -> None:
    whole = new_round(4, tamper=lambda phase, node, frame, is_up: frame[:-1] if is_up else frame)
    with pytest.raises(TooFewError):
        whole.run()
    assert set(whole.rejected.values()) == {Reason.UNREADABLE}


@pytest.mark.parametrize("lost", [False, True])
def test_who_dealt_out_shares_of_nothing_is_named(
    monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    def deal_something_else(secret: bytes, threshold: int, seats: range) -> list[bytes]:
        return split(bytes([secret[0] ^ 8]) + secret[1:], threshold, seats)

    whole = new_round(4, drops={BAD: Phase.MASK} if lost else {})
    asked = whole.run_until(Phase.SHARE)
    with monkeypatch.context() as dealt:
        dealt.setattr(dealing, "split", deal_something_else)
        whole.answer({BAD: asked.pop(BAD)})
    whole.answer(asked)
    for _ in (Phase.MASK, Phase.CONFIRM, Phase.UNMASK):
        whole.answer(whole.server.close())
    with pytest.raises(UnrecoverableError) as error:
        whole.server.finish()
    assert error.value.node == BAD


@pytest.mark.parametrize(
    "said",
    [
        {"threshold": 2},
        {"threshold": 5},
        {"members": 2},
        {"length": 0},
        {"bits": 8},
        {"round": b""},
    ],
    ids=str,
)
def test_a_round_that_no_member_would_join_does_not_begin(said: dict[str, Any]) -> None:
    with pytest.raises(FaultError):
        Summation(parameters(4, **said), TRUST)
