"""Whatever arrives is read as what it is or answered with a typed error, never with a crash."""

from __future__ import annotations

from copy import copy

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from federation.identity import Certificate
from federation.secure_sum.errors import FaultError, Phase, RefusedError, RejectedError
from federation.secure_sum.messages import (
    PROTOCOL_VERSION,
    Advertisement,
    Confirmation,
    Confirmations,
    Delivery,
    Invitation,
    MaskedInput,
    Message,
    Roster,
    Shares,
    Signed,
    Survivors,
    Unmasking,
    decode,
    encode,
    encode_body,
    limit_of,
)
from federation.secure_sum.parameters import MAX_MEMBERS, Parameters
from tests.federation.whole_round import Round, new_round

PHASES = list(Phase)[:-1]
NODE = "node-002"
KINDS = [
    Invitation,
    Roster,
    Delivery,
    Survivors,
    Confirmations,
    Signed,
    Advertisement,
    Shares,
    MaskedInput,
    Confirmation,
    Unmasking,
]
fuzzed = settings(deadline=None, max_examples=150)


def before(phase: Phase) -> tuple[Round, bytes, bytes]:
    """A round that stands at a phase, what one member is asked there and would answer."""
    whole = new_round(4)
    question = whole.run_until(phase)[NODE]
    member = copy(whole.members[NODE])
    answer = whole.step(NODE, phase, question)
    whole.members[NODE] = member
    return whole, question, answer


@pytest.fixture(scope="module")
def stands() -> dict[Phase, tuple[Round, bytes, bytes]]:
    """A round at each phase. Members are copied before they are asked: one refusal ends them."""
    return {phase: before(phase) for phase in PHASES}


Stands = dict[Phase, tuple[Round, bytes, bytes]]


def ask(whole: Round, phase: Phase, question: bytes) -> None:
    """Ask a copy of the member; a typed refusal is fine."""
    member = copy(whole.members[NODE])
    asked = copy(whole)
    asked.members = {NODE: member}
    if phase is Phase.ADVERTISE:
        member._seen = type("Fresh", (), {"remember": lambda *_: True})()
    try:
        asked.step(NODE, phase, question)
    except RefusedError:
        assert member.phase is Phase.OVER


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@fuzzed
@given(noise=st.binary(max_size=300), has_version=st.booleans())
@example(noise=b"\x91" * 5_000, has_version=True)
@example(noise=b"\xdd\xff\xff\xff\xff", has_version=True)
@example(noise=b"\xc6\xff\xff\xff\xff", has_version=True)
def test_noise_is_never_read(kind: type[Message], noise: bytes, has_version: bool) -> None:
    with pytest.raises(FaultError):
        decode(bytes([PROTOCOL_VERSION]) * has_version + noise, kind, 10_000)


@fuzzed
@given(phase=st.sampled_from(PHASES), noise=st.binary(max_size=300), has_version=st.booleans())
def test_noise_crashes_neither_side(
    stands: Stands, phase: Phase, noise: bytes, has_version: bool
) -> None:
    whole, _, _ = stands[phase]
    frame = bytes([PROTOCOL_VERSION]) * has_version + noise
    ask(whole, phase, frame)
    with pytest.raises(RejectedError):
        whole.server.receive(frame)


@fuzzed
@given(st.sampled_from(PHASES), st.data())
def test_any_bit_of_a_question_can_flip(stands: Stands, phase: Phase, data: st.DataObject) -> None:
    whole, question, _ = stands[phase]
    ask(whole, phase, flipped(question, data))


@fuzzed
@given(st.sampled_from(PHASES), st.data())
def test_any_bit_of_an_answer_that_flips_is_noticed(
    stands: Stands, phase: Phase, data: st.DataObject
) -> None:
    whole, _, answer = stands[phase]
    with pytest.raises(RejectedError):
        whole.server.receive(flipped(answer, data))


@fuzzed
@given(st.sampled_from(PHASES), st.data())
def test_any_beginning_of_a_message_is_noticed(
    stands: Stands, phase: Phase, data: st.DataObject
) -> None:
    whole, question, answer = stands[phase]
    ask(whole, phase, question[: data.draw(st.integers(0, len(question) - 1))])
    with pytest.raises(RejectedError):
        whole.server.receive(answer[: data.draw(st.integers(0, len(answer) - 1))])


def flipped(frame: bytes, data: st.DataObject) -> bytes:
    bit = data.draw(st.integers(0, 8 * len(frame) - 1))
    changed = bytearray(frame)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


LARGEST = Parameters(
    round=b"r" * 32,
    cohort=2**31 - 1,
    members=MAX_MEMBERS,
    threshold=MAX_MEMBERS,
    length=1_000,
    bits=64,
    subject=b"s" * 64,
)
SEATS = tuple(range(1, MAX_MEMBERS + 1))
DIGEST, SIGNATURE = b"d" * 32, b"s" * 64
DIGESTS, SIGNATURES = (DIGEST,) * MAX_MEMBERS, (SIGNATURE,) * MAX_MEMBERS
SEALED = (b"c" * 82,) * (MAX_MEMBERS - 1)
WIDE = Certificate("n" * 64, DIGEST, 2**40 - 1, 2**40 - 1, SIGNATURE)
ADVERTISED = Advertisement(WIDE, DIGEST, DIGEST)
QUESTIONS = [
    Invitation(LARGEST),
    Roster(DIGEST, (Signed(encode_body(ADVERTISED), SIGNATURE),) * MAX_MEMBERS),
    Delivery(DIGEST, SEATS, SEALED),
    Survivors(DIGEST, SEATS),
    Confirmations(DIGEST, SEATS, SEATS, SIGNATURES),
]
ANSWERS = [
    ADVERTISED,
    Shares(MAX_MEMBERS, SEALED, DIGESTS, DIGESTS, DIGEST),
    MaskedInput(MAX_MEMBERS, bytes(8_000)),
    Confirmation(MAX_MEMBERS, SEATS, SEATS),
    Unmasking(MAX_MEMBERS, (b"h" * 33,) * MAX_MEMBERS),
]


@pytest.mark.parametrize("message", QUESTIONS + ANSWERS, ids=repr)
def test_the_largest_message_of_each_kind_is_within_its_limit_and_not_far_below(
    message: Message,
) -> None:
    is_answer = message in ANSWERS
    frame = encode(Signed(encode_body(message), SIGNATURE) if is_answer else message)
    limit = limit_of(type(message), LARGEST)
    assert len(frame) <= limit <= 1.5 * len(frame) + 1_024
    read: type[Message] = Signed if is_answer else type(message)
    decode(frame, read, limit)
    with pytest.raises(FaultError, match="larger"):
        decode(frame, read, len(frame) - 1)


@pytest.mark.parametrize("message", QUESTIONS + ANSWERS, ids=repr)
def test_messages_come_back_as_they_were_and_show_nothing(message: Message) -> None:
    assert decode(encode(message), type(message), 10**7) == message
    assert repr(message) == f"<{type(message).__name__}>"


@pytest.mark.parametrize("message", QUESTIONS + ANSWERS, ids=repr)
def test_a_field_more_or_less_is_another_protocol(message: Message) -> None:
    fields = msgspec.msgpack.decode(encode_body(message))
    for other in (fields[:-1], [*fields, None]):
        with pytest.raises(FaultError):
            decode(bytes([PROTOCOL_VERSION]) + msgspec.msgpack.encode(other), type(message), 10**7)
