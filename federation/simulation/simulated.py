"""Round after round of a federation, on one machine."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from federation.coordinator.round import SMALLEST_GROUP, hold_round, parted, sizes
from federation.coordinator.summing import Patience, Summing
from federation.device import TextTrainer
from federation.layout import Layout, Tensors, Vector
from federation.privacy.clipping import NormFollows
from federation.rounds import Outcome, RoundTerms
from federation.simulation.community import Author
from federation.simulation.nodes import Nodes
from federation.strategies.strategy import State, Strategy
from plm_engine.base.config import LlamaConfig
from plm_engine.learning.improving import Improver

OnShare = Callable[[float], None]
"""Told how much of it is done."""


class SimulationError(ValueError):
    """Why this cannot be simulated: one line for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is simulated."""

    strategy: Strategy
    rounds: int
    cohort: int
    """Devices in a round."""
    groups: int = 1
    """Sub-cohorts that are summed apart."""
    norm: float = 1.0
    """Clipping norm of the first round."""
    noise_multiplier: float = 0.0
    follows: NormFollows = NormFollows()  # noqa: RUF009 - frozen
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """After one round."""

    state: State
    outcome: Outcome
    norm: float
    """Of the next round."""
    rounds: int
    """That were held by then."""


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where a simulation begins, or goes on."""

    state: State
    norm: float
    rounds: int = 0
    """That were held before."""


def begin(plan: Plan, config: LlamaConfig) -> Start:
    """At an adapter that changes nothing yet."""
    return Start(plan.strategy.begin(config, plan.seed), plan.norm)


def simulate(
    improver: Improver,
    members: Sequence[Author],
    plan: Plan,
    start: Start,
    on_share: OnShare = lambda _share: None,
) -> Iterator[Done]:
    """Yields after each round that came to a result. Raises `SimulationError`."""
    if len(members) < plan.cohort or plan.cohort // plan.groups < SMALLEST_GROUP:
        raise SimulationError(
            f"A round of {plan.cohort} devices in {plan.groups} groups needs as many authors with "
            f"enough texts, and {SMALLEST_GROUP} in each group; there are {len(members)}."
        )
    simulation = _Simulation(improver, plan, Nodes(improver.base, plan.strategy))
    state, norm = start.state, start.norm
    for number in range(start.rounds, plan.rounds):
        # Who takes part is no secret here, and has to be the same when it goes on after a break.
        cohort = random.Random(f"{plan.seed} {number}").sample(list(members), plan.cohort)  # noqa: S311
        found = simulation.round(state, cohort, norm, number, on_share)
        if found is None:
            continue
        layout = plan.strategy.layout(state.tensors)
        state = plan.strategy.step(state, layout.shaped(found.mean))
        norm = plan.follows.next(norm, found.shares.within_norm)
        yield Done(state, found, norm, number + 1)
    on_share(1.0)


@dataclass(frozen=True, slots=True)
class _Simulation:
    improver: Improver
    plan: Plan
    nodes: Nodes

    def round(
        self, state: State, cohort: Sequence[Author], norm: float, number: int, on_share: OnShare
    ) -> Outcome | None:
        layout = self.plan.strategy.layout(state.tensors)
        release = self.nodes.publish(state)
        names = []
        for done, member in enumerate(cohort):
            on_share((number + done / len(cohort)) / self.plan.rounds)
            update = self._update(member, state.tensors, layout, number)
            names.append(self.nodes.gives(member.name, release, update))
        groups = parted(names, self.plan.groups)
        devices, threshold = sizes(groups)
        terms = RoundTerms(
            release=release.digest,
            layout=layout.digest,
            size=layout.size,
            norm=norm,
            noise_multiplier=self.plan.noise_multiplier,
            devices=devices,
            threshold=threshold,
        )
        summing = Summing(self.nodes.carry, self.nodes.trust, Patience())
        return asyncio.run(hold_round(summing, terms, groups))

    def _update(self, member: Author, tensors: Tensors, layout: Layout, number: int) -> Vector:
        trainer = TextTrainer(self.improver, member.texts, seed=number)
        return layout.flat(self.plan.strategy.improve(trainer, tensors))
