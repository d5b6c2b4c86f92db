"""Secure summation without a network: every member and the server in one process."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.identity import Identity, Trust, issue
from federation.secure_sum.client import Participant, Terms
from federation.secure_sum.errors import Phase
from federation.secure_sum.masks import Vector
from federation.secure_sum.parameters import Parameters
from federation.secure_sum.server import Sum, Summation

_YEAR_S = 365 * 86_400


class Rounds(set[bytes]):
    """The rounds that a member has seen, for as long as the simulation runs."""

    def remember(self, round_id: bytes) -> bool:
        """See `SeenRounds`."""
        is_new = round_id not in self
        self.add(round_id)
        return is_new


@dataclass(slots=True)
class Enrolled:
    """The members of a community, each with an identity of its own."""

    authority: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate, repr=False)
    began: int = field(default_factory=lambda: int(time.time()))
    identities: dict[str, Identity] = field(default_factory=dict)
    seen: dict[str, Rounds] = field(default_factory=dict)

    @property
    def trust(self) -> Trust:
        """As every member has it."""
        return Trust(self.authority.public_key(), self.began)

    def node_of(self, member: str) -> str:
        """As the others know this member; who is new is enrolled."""
        if member not in self.identities:
            self.identities[member] = self._enrol()
            self.seen[member] = Rounds()
        return self.identities[member].certificate.node

    def participant(self, member: str, terms: Terms) -> Participant:
        """An enrolled member at the beginning of a round."""
        return Participant(self.identities[member], terms, self.seen[member])

    def _enrol(self) -> Identity:
        key = Ed25519PrivateKey.generate()
        certificate = issue(
            self.authority,
            node=f"member-{len(self.identities)}",
            key=key.public_key().public_bytes_raw(),
            not_before=self.began,
            not_after=self.began + _YEAR_S,
        )
        return Identity(key, certificate)


def summed(
    enrolled: Enrolled, vectors: Mapping[str, Vector], *, threshold: int, subject: bytes
) -> Sum:
    """The sum of the vectors of one sub-cohort, by member, all of equal length."""
    (length,) = {len(vector) for vector in vectors.values()}
    parameters = Parameters(
        round=secrets.token_bytes(16),
        members=len(vectors),
        threshold=threshold,
        length=length,
        subject=subject,
    )
    server = Summation(parameters, enrolled.trust)
    terms = Terms(trust=enrolled.trust, smallest=threshold, subject=subject)
    nodes = {
        enrolled.node_of(member): (enrolled.participant(member, terms), vector)
        for member, vector in vectors.items()
    }
    asked = dict.fromkeys(nodes, server.invitation())
    while True:
        for node, question in asked.items():
            server.receive(_answered(*nodes[node], question))
        if server.phase is Phase.UNMASK:
            return server.finish()
        asked = server.close()


def _answered(member: Participant, vector: Vector, question: bytes) -> bytes:
    match member.phase:
        case Phase.ADVERTISE:
            return member.advertise(question)
        case Phase.SHARE:
            return member.share(question)
        case Phase.MASK:
            return member.mask(question, vector)
        case Phase.CONFIRM:
            return member.confirm(question)
        case _:
            return member.unmask(question)


def parted(nodes: Sequence[str], parts: int) -> list[list[str]]:
    """Disjoint sub-cohorts, of as equal a size as can be."""
    return [list(nodes[part::parts]) for part in range(parts)]
