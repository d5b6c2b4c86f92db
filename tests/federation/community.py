"""A community in memory: real nodes and a real coordinator, and nothing between them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.coordinator.summing import Patience, Summing, new_round, parameters_of
from federation.layout import Layout, Vector
from federation.node.limits import Limits
from federation.node.member import Community, Member, Update
from federation.privacy.accounting import Participation
from federation.release import Release, publish
from federation.rounds import Outcome, RoundTerms, outcome
from federation.secure_sum.errors import Phase
from federation.strategies.fdlora import FDLoRA
from federation.strategies.strategy import State
from tests.federation.dimensions import CONFIG
from tests.federation.whole_round import TRUST, Remembered, enrolled

PUBLISHER = Ed25519PrivateKey.generate()
COMMUNITY = Community(
    name="Writers", base="b" * 64, strategy=FDLoRA(), publisher=PUBLISHER.public_key()
)
PATIENCE = Patience(first_s=1.0, vectors_s=1.0, other_s=1.0)


@dataclass
class Kept:
    """What a node wrote down, in order."""

    written: list[Any] = field(default_factory=list)
    objections: list[str] = field(default_factory=list)
    """Which it did not write down, but told its user."""

    def takes_part(self, participation: Participation) -> None:
        self.written.append(participation)

    def took(self, taken: Release) -> None:
        self.written.append(taken)

    def passed_by(self, objection: str) -> None:
        self.objections.append(objection)


def first_release(**changed: Any) -> Release:
    """One that changes nothing yet."""
    said: dict[str, Any] = {
        "community": COMMUNITY.name,
        "base": COMMUNITY.base,
        "strategy": "fdlora",
        "version": 0,
        "epoch": 0,
    }
    return publish(begin().tensors, PUBLISHER, **(said | changed))


def begin() -> State:
    return COMMUNITY.strategy.begin(CONFIG, seed=0)


def layout() -> Layout:
    return COMMUNITY.strategy.layout(begin().tensors)


def terms_for(release: Release, devices: int, **changed: Any) -> RoundTerms:
    said: dict[str, Any] = {
        "release": release.digest,
        "layout": layout().digest,
        "size": layout().size,
        "norm": 2.0,
        "noise_multiplier": 0.0,
        "devices": devices,
        "threshold": -(-2 * devices // 3),
    }
    return RoundTerms(**(said | changed))


@dataclass
class Node:
    """One device."""

    name: str
    release: Release
    limits: Limits = field(default_factory=Limits)
    kept: Kept = field(default_factory=Kept)
    member: Member = field(init=False)
    falls_asleep_at: Phase | None = None
    asked: int = 0

    def __post_init__(self) -> None:
        self.member = Member(
            COMMUNITY,
            enrolled(self.name),
            trust=lambda: TRUST,
            limits=self.limits,
            seen=Remembered(),
            keeper=self.kept,
            current=self.release,
        )

    def makes(self, vector: Vector, *, refused: bool = False) -> None:
        self.member.has_made(Update(self.release.digest, vector, refused))

    async def carry(self, question: bytes) -> bytes | None:
        if self.falls_asleep_at is not None and self.asked >= self.falls_asleep_at:
            return None
        self.asked += 1
        return self.member.answer(question)


@dataclass
class Together:
    """Some nodes, each with an update."""

    release: Release
    nodes: dict[str, Node]
    updates: dict[str, Vector]
    on_wire: Callable[[str, bytes], bytes] = lambda _node, packed: packed

    async def carry(self, node: str, packed: bytes, wait_s: float) -> bytes | None:
        await asyncio.sleep(0)
        answer = await self.nodes[node].carry(packed)
        return None if answer is None else self.on_wire(node, answer)

    async def sum(self, terms: RoundTerms) -> Outcome:
        """One cohort, from the invitation to its outcome."""
        summing = Summing(self.carry, TRUST, PATIENCE)
        parameters = parameters_of(terms, new_round(), 0, len(self.nodes))
        total = await summing.over([*self.nodes], terms, parameters)
        found = outcome(terms, [(total.vector, len(total.nodes))])
        assert found
        return found


def together(count: int, seed: int = 0, **limits: Any) -> Together:
    """So many nodes, with different updates."""
    release = first_release()
    random = np.random.default_rng(seed)
    names = [str(1_000 + number) for number in range(count)]
    updates = {name: random.normal(size=layout().size) * 0.01 for name in names}
    nodes = {name: Node(name, release, Limits(**limits)) for name in names}
    for name, node in nodes.items():
        node.makes(updates[name])
    return Together(release, nodes, updates)


def mean_of(updates: Mapping[str, Vector], but: Collection[str] = ()) -> Vector:
    return np.asarray(np.mean([one for name, one in updates.items() if name not in but], axis=0))
