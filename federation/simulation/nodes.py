"""The nodes of a simulated community: real ones, that are asked without a network."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.identity import Identity, Trust, issue
from federation.layout import Vector
from federation.node.limits import Limits
from federation.node.member import Community, Member, Update
from federation.privacy.accounting import Participation
from federation.release import Release, publish
from federation.strategies.strategy import State, Strategy

_YEAR_S = 365 * 86_400
_NAME = "simulated"


class Rounds(set[bytes]):
    """The rounds that a node has seen, for as long as the simulation runs."""

    def remember(self, round_id: bytes) -> bool:
        """See `SeenRounds`."""
        is_new = round_id not in self
        self.add(round_id)
        return is_new


@dataclass(slots=True)
class Notes:
    """What a node has to keep, for as long as the simulation runs."""

    taken_part: list[Participation] = field(default_factory=list)

    def takes_part(self, participation: Participation) -> None:
        """See `Keeper`."""
        self.taken_part.append(participation)

    def took(self, taken: Release) -> None:
        """See `Keeper`; here every node is given the newest one."""

    def passed_by(self, objection: str) -> None:
        """See `Keeper`; here nobody has limits."""


@dataclass(slots=True)
class _Node:
    identity: Identity
    seen: Rounds = field(default_factory=Rounds)
    notes: Notes = field(default_factory=Notes)
    member: Member | None = None


class Nodes:
    """Enrolled as they are first met."""

    def __init__(self, base: str, strategy: Strategy, now: Callable[[], float] = time.time) -> None:
        self._authority = Ed25519PrivateKey.generate()
        self._publisher = Ed25519PrivateKey.generate()
        self._community = Community(_NAME, base, strategy, self._publisher.public_key())
        self._began = int(now())
        self._nodes: dict[str, _Node] = {}
        self._of_author: dict[str, str] = {}

    @property
    def trust(self) -> Trust:
        """As everybody has it."""
        return Trust(self._authority.public_key(), self._began)

    def publish(self, state: State) -> Release:
        """As the coordinator does after each step."""
        return publish(
            state.tensors,
            self._publisher,
            community=self._community.name,
            base=self._community.base,
            strategy=self._community.strategy.name,
            version=state.version,
            epoch=state.epoch,
        )

    def gives(self, author: str, current: Release, vector: Vector) -> str:
        """An author's device has this release and has made an update; the name of its node."""
        name = self._of_author.setdefault(author, f"node-{len(self._of_author)}")
        if name not in self._nodes:
            self._nodes[name] = _Node(self._enrol(name))
        node = self._nodes[name]
        node.member = Member(
            self._community,
            node.identity,
            trust=lambda: self.trust,
            limits=Limits(smallest_cohort=2),
            seen=node.seen,
            keeper=node.notes,
            current=current,
            update=Update(current.digest, vector),
        )
        return name

    async def carry(self, node: str, packed: bytes, _wait_s: float) -> bytes | None:
        """A question to a node, and its answer."""
        member = self._nodes[node].member
        return member.answer(packed) if member else None

    def taken_part(self, author: str) -> list[Participation]:
        """In which rounds an author's device was."""
        name = self._of_author.get(author)
        return self._nodes[name].notes.taken_part if name else []

    def _enrol(self, name: str) -> Identity:
        key = Ed25519PrivateKey.generate()
        certificate = issue(
            self._authority,
            node=name,
            key=key.public_key().public_bytes_raw(),
            not_before=self._began,
            not_after=self._began + _YEAR_S,
        )
        return Identity(key, certificate)
