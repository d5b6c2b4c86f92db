"""What coordinator and node say to each other: a question and its answer, each one msgpack array.

The coordinator asks, the node answers; who carries it is somebody else's business. A question may
come more than once and then has the same answer.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from federation.release import MOST_BYTES
from federation.rounds import RoundTerms
from federation.secure_sum.messages import MaskedInput, Shares, limit_of
from federation.secure_sum.parameters import Parameters

RoundId = Annotated[bytes, msgspec.Meta(min_length=16, max_length=32)]
_SMALL = 4_096


class Message(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag=True):
    """Anything that is said. Its contents are never shown."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class AreYouReady(Message, frozen=True, tag=True):
    """For a round that begins at this release."""

    release: Annotated[str, msgspec.Meta(max_length=64)]


class Standing(Message, frozen=True, tag=True):
    """How a node stands."""

    has_release: bool
    is_ready: bool
    """It has an update that begins there."""


class TakeRelease(Message, frozen=True, tag=True):
    """The newest release, as `federation.release.encode` packs it."""

    release: bytes


class TookRelease(Message, frozen=True, tag=True):
    """The node has it, and will try it on its user's own texts when it has the time."""


class TakePart(Message, frozen=True, tag=True):
    """In a round: the first phase of its secure sum."""

    terms: RoundTerms
    invitation: bytes


class GoOn(Message, frozen=True, tag=True):
    """With the next phase."""

    round: RoundId
    frame: bytes


class Said(Message, frozen=True, tag=True):
    """A frame of secure summation, for the coordinator."""

    frame: bytes


class Declined(Message, frozen=True, tag=True):
    """The node does not take part in this, or not any more. It does not say why."""


Question = AreYouReady | TakeRelease | TakePart | GoOn
Answer = Standing | TookRelease | Said | Declined

T = TypeVar("T")
_QUESTION: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(Question)
_ANSWER: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


class ProtocolError(ValueError):
    """What came is no message. The text is fixed."""


def encode(message: Message) -> bytes:
    """As it travels."""
    return msgspec.msgpack.encode(message)


def read_question(packed: bytes) -> Question:
    """On the node. Raises `ProtocolError`."""
    if len(packed) > MOST_BYTES + _SMALL:
        raise ProtocolError("a question is too large")
    return _read(packed, _QUESTION)


def read_answer(packed: bytes, largest: int = _SMALL) -> Answer:
    """On the coordinator. Raises `ProtocolError`."""
    if len(packed) > largest:
        raise ProtocolError("an answer is too large")
    return _read(packed, _ANSWER)


def largest_answer(parameters: Parameters) -> int:
    """To any question of a round."""
    return _SMALL + max(limit_of(MaskedInput, parameters), limit_of(Shares, parameters))


def _read(packed: bytes, decoder: msgspec.msgpack.Decoder[T]) -> T:
    try:
        return decoder.decode(packed)
    except (ValueError, RecursionError):
        # The cause is dropped on purpose: its text can hold what was sent.
        raise ProtocolError("what came is no message") from None
