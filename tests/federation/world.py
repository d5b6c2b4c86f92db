"""A community in memory for tests of its coordinator: a real folder, real nodes, the real gate, and
nothing between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from federation import release
from federation.coordinator.coordinator import Coordinator, Pace
from federation.coordinator.folder import Charter, Folder
from federation.coordinator.quality import PublicText
from federation.coordinator.summing import Patience
from federation.identity import Identity, Trust
from federation.layout import Layout, Vector
from federation.node.limits import Limits
from federation.node.member import Community, Member, Update
from federation.strategies.fdlora import FDLoRA
from plm_engine.base.installed import InstalledBase
from tests.federation.community import Kept
from tests.federation.whole_round import NOW, Remembered, enrolled

STRATEGY = FDLoRA()
SOON = Pace(look_s=0.01, answer_s=1.0, release_s=1.0)
PATIENT = Patience(first_s=1.0, vectors_s=1.0, other_s=1.0)


@dataclass
class World:
    """A folder, and the nodes that its coordinator can reach."""

    folder: Folder
    quality: PublicText
    nodes: dict[str, Member] = field(default_factory=dict)
    asleep: set[str] = field(default_factory=set)

    @property
    def layout(self) -> Layout:
        state, _, _ = self.folder.stands()
        return STRATEGY.layout(state.tensors)

    def enrol(self, name: str, current: release.Release | None = None) -> Member:
        identity: Identity = enrolled(name, self.folder.authority)
        charter, authority = self.folder.charter, self.folder.authority.public_key()
        self.nodes[name] = Member(
            Community(charter.name, charter.base, STRATEGY, self.folder.publisher.public_key()),
            identity,
            trust=lambda: Trust(authority, NOW),
            limits=Limits(),
            seen=Remembered(),
            keeper=Kept(),
            current=current,
        )
        return self.nodes[name]

    def all_make(self, vector: Vector | float, *, refused: Sequence[str] = ()) -> None:
        """An update each, for the release that each has."""
        for name, node in self.nodes.items():
            assert node.current
            made = np.full(self.layout.size, vector) if isinstance(vector, float) else vector
            node.has_made(Update(node.current.digest, made, name in refused))

    def coordinator(self) -> Coordinator:
        async def carry(node: str, packed: bytes, _wait_s: float) -> bytes | None:
            return None if node in self.asleep else self.nodes[node].answer(packed)

        async def online() -> list[str]:
            return [name for name in self.nodes if name not in self.asleep]

        return Coordinator(
            self.folder,
            carry,
            online,
            self.quality,
            pace=SOON,
            patience=PATIENT,
            clock=lambda: float(NOW),
        )


@pytest.fixture(scope="module")
def quality(tiny_base: InstalledBase) -> PublicText:
    return PublicText.of(tiny_base, None)


@pytest.fixture
def world(tmp_path: Path, quality: PublicText) -> World:
    return a_world(tmp_path / "community", quality)


def a_world(path: Path, quality: PublicText, nodes: int = 4, **changed: Any) -> World:
    base = quality.base
    said: dict[str, Any] = {
        "name": "Writers",
        "url": "http://127.0.0.1:1",
        "strategy": "fdlora",
        "base": base.digest,
        "cohort": 4,
    }
    folder = Folder.made(path, Charter(**(said | changed)), STRATEGY.begin(base.config, seed=0))
    world = World(folder, quality)
    for number in range(nodes):
        world.enrol(str(1_000 + number))
    return world


def version(world: World) -> int:
    state, _, _ = world.folder.stands()
    return state.version
