"""A community on one machine gets better together, with real training and real masks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest

from federation.layout import Tensors
from federation.privacy.clipping import clipped
from federation.simulation.community import HELD_OUT, LEAST_TEXTS, Author, members
from federation.simulation.judged import Jury, mean, own_adapters
from federation.simulation.simulated import Done, Plan, SimulationError, Start, begin, simulate
from federation.strategies import STRATEGIES
from federation.strategies.fdlora import FDLoRA
from federation.strategies.fedavg import FedAvg
from federation.strategies.packing import StateError, pack, unpack
from federation.strategies.strategy import Local, State, Strategy
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.learning.improving import Improver
from tests.tiny_daemon import vowels

FEW = Local(steps=4, batch=1, rate=2e-2)


@pytest.fixture(scope="module")
def improver(tiny_base: InstalledBase) -> Improver:
    return Improver(tiny_base)


def community(size: int, texts: int = 30) -> list[Author]:
    """Who all write vowels only, which the model does not know."""
    return members(
        {
            f"writer {author}": [vowels(100 * author + number, 80) for number in range(texts)]
            for author in range(size)
        }
    )


def run(
    improver: Improver, base: InstalledBase, who: list[Author], plan: Plan
) -> tuple[State, list[Done]]:
    start = begin(plan, base.config)
    return start.state, list(simulate(improver, who, plan, start))


@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=lambda one: one.name)
def test_members_who_were_not_asked_gain_as_well(
    improver: Improver, tiny_base: InstalledBase, strategy: Strategy
) -> None:
    who = community(5)
    quick = replace(strategy, local=FEW)  # type: ignore[type-var]
    plan = Plan(strategy=quick, rounds=4, cohort=4, norm=10.0)

    _, rounds = run(improver, tiny_base, who[:4], plan)

    jury = Jury(CompletionEngine.open(tiny_base, threads=1), tiny_base, quick)
    judged = jury.judge(who[4], rounds[-1].state.tensors)
    assert len(rounds) == 4
    assert judged.shared < judged.base


@dataclass(frozen=True, slots=True)
class _OneStep(FedAvg):
    """Sends what is easily computed by hand: a number that depends on the member's texts."""

    def improve(self, trainer: object, tensors: Tensors) -> Tensors:
        value = float(len(trainer.texts[0].text))  # type: ignore[attr-defined]
        return {name: np.full(shape, value, np.float32) for name, shape in self._shapes(tensors)}

    def _shapes(self, tensors: Tensors) -> tuple[tuple[str, tuple[int, ...]], ...]:
        return self.layout(tensors).shapes


def of_lengths(lengths: Mapping[str, int]) -> list[Author]:
    return members({name: ["x" * length] * LEAST_TEXTS for name, length in lengths.items()})


def test_under_masks_and_in_groups_the_mean_is_the_mean(
    improver: Improver, tiny_base: InstalledBase
) -> None:
    lengths = {name: 10 * number for number, name in enumerate("abcdefgh", 1)}
    plan = Plan(strategy=_OneStep(), rounds=1, cohort=8, groups=2, norm=1e5)

    start, [done] = run(improver, tiny_base, of_lengths(lengths), plan)

    layout = plan.strategy.layout(start.tensors)
    assert np.allclose(layout.flat(done.state.tensors), 45.0, atol=1.0)
    assert done.outcome.devices == 8
    assert done.outcome.shares.within_norm == pytest.approx(1.0, abs=1e-3)


def test_nobody_counts_for_more_than_the_norm_and_the_norm_grows_when_all_are_longer(
    improver: Improver, tiny_base: InstalledBase
) -> None:
    plan = Plan(strategy=_OneStep(), rounds=1, cohort=4, norm=0.5)

    start, [done] = run(improver, tiny_base, of_lengths({"a": 9, "b": 9, "c": 9, "d": 9_000}), plan)

    layout = plan.strategy.layout(start.tensors)
    expected = clipped(np.ones(layout.size), 0.5)
    assert np.allclose(layout.flat(done.state.tensors), expected, atol=1e-4)
    assert done.norm > 0.5


def test_noise_makes_what_is_learned_noisy_by_as_much_as_it_says(
    improver: Improver, tiny_base: InstalledBase
) -> None:
    lengths = dict.fromkeys("abcd", 9)
    quiet = Plan(strategy=_OneStep(), rounds=1, cohort=4, norm=1.0)
    noisy = replace(quiet, noise_multiplier=2.0)

    start, [without] = run(improver, tiny_base, of_lengths(lengths), quiet)
    _, [with_noise] = run(improver, tiny_base, of_lengths(lengths), noisy)

    layout = quiet.strategy.layout(start.tensors)
    difference = layout.flat(with_noise.state.tensors) - layout.flat(without.state.tensors)
    # Three devices are the threshold of four: four add a third more in variance.
    assert np.std(difference) == pytest.approx(2.0 * np.sqrt(4 / 3) / 4, rel=0.1)


def test_what_was_interrupted_goes_on_from_its_file_as_if_it_had_not_been(
    improver: Improver, tiny_base: InstalledBase
) -> None:
    who = community(5)
    plan = Plan(strategy=FDLoRA(local=FEW), rounds=2, cohort=4, norm=0.5)
    _, whole = run(improver, tiny_base, who, plan)

    after_one = next(simulate(improver, who, plan, begin(plan, tiny_base.config)))
    state, figures = unpack(
        pack(after_one.state, plan.strategy.name, {"norm": after_one.norm}), plan.strategy.name
    )
    start = Start(state, figures["norm"], after_one.rounds)
    resumed = list(simulate(improver, who, plan, start))

    assert [one.rounds for one in resumed] == [2]
    assert resumed[-1].norm == whole[-1].norm
    assert all(
        np.array_equal(resumed[-1].state.tensors[name], tensor)
        for name, tensor in whole[-1].state.tensors.items()
    )


@pytest.mark.parametrize("packed", [b"", b"no state", bytes(100)])
def test_what_is_no_state_is_not_gone_on_from(packed: bytes) -> None:
    with pytest.raises(StateError, match="damaged"):
        unpack(packed, "fdlora")


def test_a_state_of_another_strategy_is_not_gone_on_from(tiny_base: InstalledBase) -> None:
    state = FedAvg().begin(tiny_base.config, seed=0)

    with pytest.raises(StateError, match="another strategy"):
        unpack(pack(state, "fedavg", {}), "fdlora")


def test_own_and_shared_are_weighed_by_the_strategy(
    improver: Improver, tiny_base: InstalledBase
) -> None:
    everybody = community(4)
    strategy = FDLoRA(local=FEW)
    _, rounds = run(improver, tiny_base, everybody, Plan(strategy=strategy, rounds=1, cohort=4))
    who = everybody[:2]
    told: list[float] = []

    own = own_adapters(tiny_base, who, told.append)
    jury = Jury(CompletionEngine.open(tiny_base, threads=1), tiny_base, strategy)
    judged = [jury.judge(one, rounds[-1].state.tensors, own[one.name]) for one in who]

    assert told == [0, 0.5]
    assert all(one.weights and one.weights.own > 0 for one in judged)
    assert mean(judged)["fused"] < mean(judged)["base"]


def test_held_out_texts_are_the_newest_and_nobody_learns_from_them() -> None:
    [member] = members({"a": [f"text {number}" for number in range(30)], "b": ["too little"]})

    assert [text.number for text in member.held_out] == list(range(30 - HELD_OUT, 30))
    assert max(text.number for text in member.texts) < 30 - HELD_OUT


@pytest.mark.parametrize("plan", [{"cohort": 6}, {"cohort": 3}, {"cohort": 5, "groups": 2}])
def test_a_community_that_is_too_small_is_told_so(
    improver: Improver, tiny_base: InstalledBase, plan: dict[str, int]
) -> None:
    with pytest.raises(SimulationError, match="authors"):
        run(
            improver,
            tiny_base,
            of_lengths(dict.fromkeys("abcde", 9)),
            Plan(strategy=FedAvg(), rounds=1, **plan),  # type: ignore[arg-type]
        )
