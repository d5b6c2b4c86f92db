"""Real authors as the devices of one round, with the very functions of a deployed device.

Updates are what costs. They are kept in the cache folder, outside of the project: they tell of
texts.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np

from federation import protocol
from federation.coordinator.round import hold_round, parted, sizes
from federation.coordinator.summing import Patience, Summing
from federation.device import TextTrainer
from federation.layout import Layout, Vector
from federation.rounds import Outcome, RoundTerms
from federation.secure_sum.masks import Vector as Masked
from federation.secure_sum.messages import MaskedInput, Signed, decode, decode_body
from federation.simulation.nodes import Nodes
from federation.strategies import DEFAULT, STRATEGIES
from federation.strategies.strategy import State, Strategy
from plm_engine.base.installed import InstalledBase
from plm_engine.learning.improving import Improver
from plm_engine.learning.job import Text

NORM = 1.0
"""Clipping norm of a community's first round, unless its operator says otherwise."""


def strategy() -> Strategy:
    """The one that a community has by default."""
    return STRATEGIES[DEFAULT]


@dataclass(slots=True)
class Devices:
    """Make updates, one after the other."""

    base: InstalledBase
    kept: Path
    """Folder of updates that were made before."""
    on_update: Callable[[], None] = lambda: None
    seed: int = 0
    strategy: Strategy = field(default_factory=strategy)
    state: State = field(init=False)
    layout: Layout = field(init=False)
    _improver: Improver | None = None

    def __post_init__(self) -> None:
        self.state = self.strategy.begin(self.base.config, self.seed)
        self.layout = self.strategy.layout(self.state.tensors)

    def update(self, texts: Sequence[Text], *, steps: int | None = None) -> Vector:
        """What a device with these texts would send, before it is clipped ``[size]``; ``steps``:
        of a program that learns for longer than PLM does."""
        strategy = self.strategy if steps is None else _with_steps(self.strategy, steps)
        ways = (self.base.digest, strategy, self.seed)
        content = repr(ways).encode() + msgspec.json.encode(list(texts))
        file = self.kept / f"{hashlib.sha256(content).hexdigest()[:32]}.npy"
        try:
            update = np.asarray(np.load(file), np.float64)
        except (OSError, ValueError):
            self._improver = self._improver or Improver(self.base)
            trainer = TextTrainer(self._improver, texts, seed=self.seed)
            update = self.layout.flat(strategy.improve(trainer, self.state.tensors))
            _keep(file, update)
        self.on_update()
        return update

    def terms(self, groups: Sequence[Sequence[object]], noise: float = 0.0) -> RoundTerms:
        """Of a round at the state where all begin."""
        return self._terms("", groups, noise)

    def hold_round(
        self, updates: Mapping[str, Vector], groups: int = 1, noise: float = 0.0
    ) -> tuple[Outcome, dict[str, Vector]]:
        """A whole round under masks: real nodes, a real coordinator, no network. Also what each
        node's vector looks like to the coordinator, read as if it were an update ``[size]``."""
        nodes = Nodes(self.base.digest, self.strategy)
        release = nodes.publish(self.state)
        names = {nodes.gives(name, release, update): name for name, update in updates.items()}
        cohorts = parted(list(names), groups)
        terms = self._terms(release.digest, cohorts, noise)
        seen: dict[str, Vector] = {}

        async def carry(node: str, packed: bytes, wait_s: float) -> bytes | None:
            answer = await nodes.carry(node, packed, wait_s)
            if answer and len(answer) > 4 * terms.length:
                whole = terms.mechanism.fixed_point.decode(_masked(answer))
                seen[names[node]] = whole[: terms.size]
            return answer

        summing = Summing(carry, nodes.trust, Patience())
        found = asyncio.run(hold_round(summing, terms, cohorts))
        if found is None:
            raise RuntimeError("the round came to nothing")
        return found, seen

    def after(self, mean: Vector, rounds: int = 1) -> State:
        """The version after so many rounds that all bring this mean."""
        state = self.state
        for _ in range(rounds):
            state = self.strategy.step(state, self.layout.shaped(mean))
        return state

    def _terms(self, release: str, groups: Sequence[Sequence[object]], noise: float) -> RoundTerms:
        devices, threshold = sizes([[str(one) for one in group] for group in groups])
        return RoundTerms(
            release=release,
            layout=self.layout.digest,
            size=self.layout.size,
            norm=NORM,
            noise_multiplier=noise,
            devices=devices,
            threshold=threshold,
        )


def _with_steps(strategy: Strategy, steps: int) -> Strategy:
    return replace(strategy, local=replace(strategy.local, steps=steps))  # type: ignore[type-var]


def _masked(answer: bytes) -> Masked:
    """The masked vector in a node's answer."""
    said = protocol.read_answer(answer, largest=len(answer))
    assert isinstance(said, protocol.Said)
    body = decode(said.frame, Signed, len(said.frame)).body
    return np.frombuffer(decode_body(body, MaskedInput).vector, np.uint32)


def _keep(file: Path, update: Vector) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = file.with_suffix(".part.npy")
    np.save(unfinished, update.astype(np.float32))
    unfinished.replace(file)
