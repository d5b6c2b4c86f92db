"""Each strategy computes what its paper says, on cases small enough to do by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest

from federation.aggregation.outer import Nesterov
from federation.layout import Array, Tensors
from federation.strategies import DEFAULT, STRATEGIES
from federation.strategies.fdlora import FDLoRA
from federation.strategies.fedavg import FedAvg
from federation.strategies.strategy import Local, State, Strategy, Weights
from tests.federation.dimensions import CONFIG

A, B = "layers.0.q_proj.lora_A.weight", "layers.0.q_proj.lora_B.weight"


@dataclass
class Pulling:
    """A device whose every local step goes half of the way to where it wants to be."""

    wanted: float
    asked: list[tuple[frozenset[str], Local]] = field(default_factory=list)

    def train(self, start: Tensors, learned: frozenset[str], local: Local) -> Tensors:
        self.asked.append((learned, local))
        left = 0.5**local.steps
        return {
            name: np.asarray(value * left + self.wanted * (1 - left), np.float32)
            if name in learned
            else value
            for name, value in start.items()
        }

    def best_weights(self, shared: Tensors) -> Weights:
        return Weights(own=0.7, shared=0.4)


def one_by_one(b: float = 0.0) -> State:
    return State({A: np.ones((1, 1), np.float32), B: np.full((1, 1), b, np.float32)})


def value(tensors: Mapping[str, Array], name: str = B) -> float:
    return float(tensors[name][0, 0])


def mean_of(updates: list[Tensors]) -> dict[str, Array]:
    return {B: np.asarray(np.mean([update[B] for update in updates], axis=0), np.float32)}


def a_round(strategy: Strategy, state: State, devices: list[Pulling]) -> State:
    updates = [strategy.improve(device, state.tensors) for device in devices]
    return strategy.step(state, mean_of(updates))


def test_fedavg_two_rounds_by_hand() -> None:
    strategy = FedAvg(local=Local(steps=1, batch=1, rate=1.0))
    devices = [Pulling(4.0), Pulling(8.0)]

    first = a_round(strategy, one_by_one(), devices)
    second = a_round(strategy, first, devices)

    # From 0 half of the way to 4 and to 8 is 2 and 4; from 3 it is 3.5 and 5.5.
    assert value(first.tensors) == pytest.approx(3.0)
    assert value(second.tensors) == pytest.approx(4.5)
    assert (second.version, second.epoch) == (2, 0)


def test_fedavg_writes_with_the_shared_adapter_alone() -> None:
    assert FedAvg().weigh(Pulling(0.0), one_by_one().tensors) == Weights(own=0.0, shared=1.0)


def test_fdlora_two_rounds_by_hand() -> None:
    strategy = FDLoRA(
        local=Local(steps=2, batch=1, rate=1.0), outer=Nesterov(rate=0.5, momentum=0.5)
    )
    devices = [Pulling(4.0), Pulling(8.0)]

    first = a_round(strategy, one_by_one(), devices)
    second = a_round(strategy, first, devices)

    # Two inner steps: three quarters of the way, 3 and 6. Mean 4.5; velocity 4.5;
    # step 0.5 · (4.5 + 0.5 · 4.5).
    assert value(first.velocity) == pytest.approx(4.5)
    assert value(first.tensors) == pytest.approx(3.375)
    # From 3.375: 0.75 · (0.625 + 4.625) / 2 = 1.96875; velocity 0.5 · 4.5 + 1.96875 = 4.21875;
    # step 0.5 · (1.96875 + 0.5 · 4.21875).
    assert value(second.velocity) == pytest.approx(4.21875)
    assert value(second.tensors) == pytest.approx(3.375 + 2.0390625)


def test_fdlora_writes_the_pairs_anew_between_epochs_and_keeps_products_and_momentum() -> None:
    strategy = FDLoRA(outer=Nesterov(rate=1.0, momentum=0.5), steps_per_epoch=2)
    random = np.random.default_rng(0)
    tensors = {
        A: random.normal(size=(2, 6)).astype(np.float32),
        B: random.normal(size=(5, 2)).astype(np.float32),
    }
    mean = {B: random.normal(size=(5, 2)).astype(np.float32)}
    same = FDLoRA(outer=strategy.outer, steps_per_epoch=100)

    turned = strategy.step(strategy.step(State(tensors), mean), mean)
    kept = same.step(same.step(State(tensors), mean), mean)

    assert (turned.epoch, kept.epoch) == (1, 0)
    for ours, theirs in ((turned.tensors, kept.tensors), (turned.velocity, kept.velocity)):
        product = theirs[B] @ kept.tensors[A]
        assert np.allclose(ours[B] @ turned.tensors[A], product, atol=1e-5)
    assert np.allclose(turned.tensors[A] @ turned.tensors[A].T, np.eye(2), atol=1e-6)


def test_fdlora_fuses_with_searched_weights() -> None:
    assert FDLoRA().weigh(Pulling(0.0), one_by_one().tensors) == Weights(own=0.7, shared=0.4)


@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=lambda one: one.name)
class TestEveryStrategy:
    def test_begins_with_an_adapter_that_changes_nothing_the_same_for_everybody(
        self, strategy: Strategy
    ) -> None:
        first, again = strategy.begin(CONFIG, seed=3), strategy.begin(CONFIG, seed=3)
        other = strategy.begin(CONFIG, seed=4)

        assert all(
            np.array_equal(first.tensors[name], again.tensors[name]) for name in first.tensors
        )
        assert any(not np.array_equal(first.tensors[n], other.tensors[n]) for n in first.tensors)
        assert not any(
            first.tensors[name].any() for name, _ in strategy.layout(first.tensors).shapes
        )

    def test_sends_only_what_its_layout_names(self, strategy: Strategy) -> None:
        state = strategy.begin(CONFIG, seed=0)
        device = Pulling(1.0)

        update = strategy.improve(device, state.tensors)

        names = frozenset(name for name, _ in strategy.layout(state.tensors).shapes)
        assert update.keys() == names
        assert device.asked == [(names, strategy.local)]

    def test_leaves_in_place_what_does_not_travel(self, strategy: Strategy) -> None:
        state = strategy.begin(CONFIG, seed=0)
        update = strategy.improve(Pulling(1.0), state.tensors)

        stepped = strategy.step(state, update)

        names = {name for name, _ in strategy.layout(state.tensors).shapes}
        assert stepped.version == 1
        for name in state.tensors.keys() - names:
            assert np.array_equal(stepped.tensors[name], state.tensors[name])

    def test_a_mean_of_zero_without_momentum_changes_nothing(self, strategy: Strategy) -> None:
        state = strategy.begin(CONFIG, seed=0)
        nothing = strategy.layout(state.tensors).shaped(
            np.zeros(strategy.layout(state.tensors).size)
        )

        stepped = strategy.step(state, nothing)

        assert all(np.array_equal(stepped.tensors[n], state.tensors[n]) for n in state.tensors)


def test_the_default_is_fdlora() -> None:
    assert DEFAULT == "fdlora"
