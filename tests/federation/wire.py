"""What a coordinator sees of its devices, read from the bytes that passed before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec
import numpy as np
from flwr.proto import fleet_pb2 as fleet
from flwr.proto import message_pb2 as message
from numpy.typing import NDArray

from federation.identity import Trust
from federation.parcels import MAX_PAYLOAD_BYTES, unwrap
from federation.protocol import Answer, GoOn, Question, Said, TakePart, read_answer, read_question
from federation.rounds import RoundTerms
from federation.secure_sum.masks import Vector
from federation.secure_sum.messages import (
    Advertisement,
    Confirmation,
    MaskedInput,
    Message,
    Shares,
    Signed,
    Unmasking,
    decode,
    decode_body,
    read_invitation,
)
from federation.secure_sum.parameters import Parameters
from federation.secure_sum.server import Sum, Summation
from tests.federation.relay import Exchange

PHASES: tuple[type[Message], ...] = (
    Advertisement,
    Shares,
    MaskedInput,
    Confirmation,
    Unmasking,
)


@dataclass(frozen=True)
class Letter:
    """A question to one node, and what it answered."""

    node: int
    question: Question
    answer: Answer


@dataclass
class SeenRound:
    """One round as it passed."""

    terms: RoundTerms
    parameters: Parameters
    frames: dict[type[Message], dict[int, bytes]] = field(
        default_factory=lambda: {phase: {} for phase in PHASES}
    )
    """What each node answered, phase by phase."""
    asked: dict[type[Message], dict[int, bytes]] = field(
        default_factory=lambda: {phase: {} for phase in PHASES}
    )
    """With which each node was asked for it."""

    @property
    def is_whole(self) -> bool:
        """It came to its end."""
        return len(self.frames[Unmasking]) >= self.parameters.threshold

    @property
    def masked(self) -> dict[int, Vector]:
        """The vector of each node, as it left."""
        found = {}
        for node, frame in self.frames[MaskedInput].items():
            said = decode_body(decode(frame, Signed, len(frame)).body, MaskedInput)
            found[node] = np.frombuffer(said.vector, self.parameters.dtype)
        return found

    def summed(self, trust: Trust) -> Sum:
        """What anybody can work out who saw all of it: the coordinator, and no more than it."""
        server = Summation(self.parameters, trust)
        for phase, following in zip(PHASES, [*PHASES[1:], None], strict=True):
            for frame in self.frames[phase].values():
                server.receive(frame)
            if following is not None:
                closed = {int(node): frame for node, frame in server.close().items()}
                assert closed == self.asked[following]
        return server.finish()


def letters(exchanges: Iterable[Exchange]) -> Iterator[Letter]:
    """All that were answered."""
    seen = list(exchanges)
    questions: dict[str, tuple[int, bytes]] = {}
    answers: dict[str, bytes] = {}
    answer_to: dict[str, str] = {}
    for one in seen:
        match one.path.rpartition("/")[2]:
            case "pull-object":
                asked = message.PullObjectRequest.FromString(one.asked)
                content = message.PullObjectResponse.FromString(one.answered).object_content
                if content:
                    payload = unwrap(asked.object_id, content)
                    questions[asked.object_id] = (asked.node.node_id, payload)
            case "push-object":
                pushed = message.PushObjectRequest.FromString(one.asked)
                answers[pushed.object_id] = unwrap(pushed.object_id, pushed.object_content)
            case "push-messages":
                for told in fleet.PushMessagesRequest.FromString(one.asked).messages_list:
                    answer_to[told.metadata.message_id] = told.metadata.reply_to_message_id
    for name, payload in answers.items():
        node, question = questions[answer_to[name]]
        yield Letter(node, read_question(question), read_answer(payload, MAX_PAYLOAD_BYTES))


def rounds(seen: Iterable[Letter]) -> list[SeenRound]:
    """Those that came to their end, in the order of the releases that they began at."""
    found: dict[bytes, SeenRound] = {}
    said: dict[bytes, list[tuple[int, bytes, bytes]]] = defaultdict(list)
    for letter in seen:
        if not isinstance(letter.answer, Said):
            continue
        match letter.question:
            case TakePart(terms, frame):
                parameters = read_invitation(frame)
                found.setdefault(parameters.round, SeenRound(terms, parameters))
                said[parameters.round].append((letter.node, frame, letter.answer.frame))
            case GoOn(name, frame):
                said[name].append((letter.node, frame, letter.answer.frame))
    for name, frames in said.items():
        for node, asked, answer in frames:
            phase = _phase(answer)
            found[name].asked[phase][node] = asked
            found[name].frames[phase][node] = answer
    return [one for one in found.values() if one.is_whole]


def _phase(frame: bytes) -> type[Message]:
    body = decode(frame, Signed, len(frame)).body
    tag = msgspec.msgpack.decode(body)[0]
    return next(phase for phase in PHASES if phase.__name__ == tag)


def likeness(masked: Vector, update: NDArray[np.float64]) -> float:
    """Correlation of what left with what it was made of, both as signed numbers."""
    signed = masked.view(f"<i{masked.itemsize}")[: len(update)]
    return float(np.corrcoef(signed, update)[0, 1])
