"""A whole round of secure summation in memory, for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.identity import Identity, Trust, issue
from federation.secure_sum.client import Participant, Terms
from federation.secure_sum.errors import Phase, Reason, RefusedError, RejectedError
from federation.secure_sum.masks import Vector, dtype_of
from federation.secure_sum.parameters import Parameters, default_threshold
from federation.secure_sum.server import Sum, Summation

NOW = 1_800_000_000
DAY = 86_400
AUTHORITY = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
TRUST = Trust(AUTHORITY.public_key(), NOW)

Tamper = Callable[[Phase, str, bytes, bool], bytes]
"""Of a phase, a node, a frame, and whether that goes up to the server: what arrives of it."""


class Remembered(set[bytes]):
    """Rounds that were seen, as a member keeps them."""

    def remember(self, round_id: bytes) -> bool:
        """False if it was there already."""
        is_new = round_id not in self
        self.add(round_id)
        return is_new


def enrolled(node: str, authority: Ed25519PrivateKey = AUTHORITY) -> Identity:
    """A node with a fresh key and a certificate for a year."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    certificate = issue(
        authority, node=node, key=public, not_before=NOW - DAY, not_after=NOW + 365 * DAY
    )
    return Identity(key, certificate)


def names(count: int) -> list[str]:
    return [f"node-{number:03}" for number in range(1, count + 1)]


def parameters(members: int, length: int = 5, /, **other: Any) -> Parameters:
    """Of a round with the threshold that goes by default."""
    said: dict[str, Any] = {"round": b"r" * 16, "threshold": default_threshold(members)}
    return Parameters(**(said | {"members": members, "length": length} | other))


def terms(smallest: int = 2, **other: Any) -> Terms:
    """What a member insists on, who does not insist on much."""
    said: dict[str, Any] = {"trust": TRUST, "smallest": smallest}
    return Terms(**(said | other))


def participant(identity: Identity, **insisted: Any) -> Participant:
    return Participant(identity, terms(**insisted), Remembered())


def vectors(nodes: Iterable[str], length: int, bits: int, seed: int = 1) -> dict[str, Vector]:
    """One for each, of any integers."""
    random = np.random.default_rng(seed)
    dtype = dtype_of(bits)
    return {node: random.integers(0, 2**bits, length, dtype, endpoint=False) for node in nodes}


def plain_sum(summed: Iterable[Vector], like: Vector) -> Vector:
    """Modulo the width of the vectors."""
    total = np.zeros_like(like)
    for vector in summed:
        total += vector
    return total


@dataclass
class Round:
    """Members and a server, and what went between them."""

    parameters: Parameters
    identities: Mapping[str, Identity]
    members: dict[str, Participant]
    vectors: Mapping[str, Vector]
    drops: Mapping[str, Phase] = field(default_factory=dict)
    """From which phase on a node is not heard of any more."""
    tamper: Tamper | None = None
    refused: dict[str, Reason] = field(default_factory=dict)
    rejected: dict[str, Reason] = field(default_factory=dict)
    server: Summation = field(init=False)

    def __post_init__(self) -> None:
        self.server = Summation(self.parameters, TRUST)

    def run(self) -> Sum:
        """From the invitation to the sum."""
        self.answer(self.run_until(Phase.UNMASK))
        return self.server.finish()

    def run_until(self, phase: Phase) -> dict[str, bytes]:
        """Everything before a phase; what the server asks in it."""
        asked = dict.fromkeys(self.members, self.server.invitation())
        while self.server.phase < phase:
            self.answer(asked)
            asked = self.server.close()
        return asked

    def answer(self, asked: Mapping[str, bytes]) -> None:
        """One phase: who still answers does."""
        for node, question in asked.items():
            if self.server.phase < self.drops.get(node, Phase.OVER):
                self._exchange(node, question)

    def _exchange(self, node: str, question: bytes) -> None:
        phase = self.server.phase
        try:
            answer = self.step(node, phase, self._travel(node, question, is_up=False))
            assert self.server.receive(self._travel(node, answer, is_up=True)) == node
        except RefusedError as error:
            self.refused[node] = error.reason
        except RejectedError as error:
            self.rejected[node] = error.reason

    def step(self, node: str, phase: Phase, question: bytes) -> bytes:
        """What one member answers in one phase."""
        member = self.members[node]
        match phase:
            case Phase.ADVERTISE:
                return member.advertise(question)
            case Phase.SHARE:
                return member.share(question)
            case Phase.MASK:
                return member.mask(question, lambda: self.vectors[node])
            case Phase.CONFIRM:
                return member.confirm(question)
            case _:
                return member.unmask(question)

    def _travel(self, node: str, frame: bytes, *, is_up: bool) -> bytes:
        return self.tamper(self.server.phase, node, frame, is_up) if self.tamper else frame


def new_round(
    count: int,
    length: int = 5,
    /,
    *,
    drops: Mapping[str, Phase] | None = None,
    tamper: Tamper | None = None,
    **said: Any,
) -> Round:
    """Of ``count`` members who were just enrolled."""
    nodes = names(count)
    agreed = parameters(count, length, **said)
    identities = {node: enrolled(node) for node in nodes}
    members = {node: participant(identity) for node, identity in identities.items()}
    given = vectors(nodes, length, agreed.bits)
    return Round(agreed, identities, members, given, drops or {}, tamper)
