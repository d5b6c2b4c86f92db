"""Training: every token once, the same result after an interruption, nothing but own text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from plm_engine.base import InstalledBase
from plm_engine.learning.base import load_base
from plm_engine.learning.learner import AdapterShape, Learner
from plm_engine.learning.training import Schedule, Training
from plm_engine.learning.windows import OwnText, Windows, windows
from tests.engine.tiny_llama import LAYERS

TEXT = OwnText(1, [0, *([20, 30, 40, 50] * 12)], [False, *([True] * 48)])
SCHEDULE = Schedule(epochs=4, rate=1e-2, batch=2)

tokens = st.lists(st.integers(1, 99), min_size=1, max_size=20)
texts = st.lists(tokens, min_size=1, max_size=6).map(
    lambda every: [
        OwnText(n, [0, *one], [False, *([True] * len(one))]) for n, one in enumerate(every)
    ]
)


def learner_of(base: InstalledBase) -> Learner:
    torch.manual_seed(1)
    learner = Learner(load_base(base))
    shape = AdapterShape(rank=2, projections=("q_proj", "o_proj"), layers=tuple(range(LAYERS)))
    learner.add_adapter(shape, {})
    learner.learn_adapter()
    return learner


def training_of(learner: Learner, schedule: Schedule = SCHEDULE) -> Training:
    return Training(learner, windows([TEXT], 9), schedule)


def run(training: Training, steps: int | None = None) -> list[float]:
    return [step.nats for step in islice(training.steps(), steps)]


def same(one: Learner, other: Learner) -> bool:
    pairs = zip(one.adapter_tensors().values(), other.adapter_tensors().values(), strict=True)
    return all(np.array_equal(mine, theirs) for mine, theirs in pairs)


@given(texts, st.integers(2, 9))
def test_every_own_token_is_learned_exactly_once(every: Sequence[OwnText], length: int) -> None:
    cut = windows(every, length)
    learned = cut.tokens[:, 1:][cut.weights[:, 1:] > 0].tolist()
    assert learned == [token for text in every for token in text.tokens[1:]]


@given(texts)
def test_a_window_begins_with_the_token_that_the_one_before_ended_with(
    every: Sequence[OwnText],
) -> None:
    cut = windows(every, 4).tokens
    assert cut[1:, 0].tolist() == cut[:-1, -1].tolist()


def test_what_recurs_becomes_less_surprising(tiny_base: InstalledBase) -> None:
    learner = learner_of(tiny_base)
    nats = run(training_of(learner))
    assert nats[-1] < 0.7 * nats[0]


def test_the_same_seed_learns_the_same(tiny_base: InstalledBase) -> None:
    one, other = learner_of(tiny_base), learner_of(tiny_base)
    run(training_of(one))
    run(training_of(other))
    assert same(one, other)


@pytest.mark.parametrize("stopped_after", [0, 1, 5])
def test_training_that_was_interrupted_ends_as_if_it_had_not_been(
    tiny_base: InstalledBase, stopped_after: int
) -> None:
    whole, stopped, resumed = (learner_of(tiny_base) for _ in range(3))
    run(training_of(whole))
    interrupted = training_of(stopped)
    run(interrupted, stopped_after)
    goes_on = training_of(resumed)
    if stopped_after:
        goes_on.resume(interrupted.state())
    run(goes_on)
    assert same(whole, resumed)


def test_a_damaged_checkpoint_is_refused_and_changes_nothing(tiny_base: InstalledBase) -> None:
    learner = learner_of(tiny_base)
    training = training_of(learner)
    run(training, 2)
    state = training.state()
    other = learner_of(tiny_base)
    untouched = other.adapter_tensors()
    for damaged in (b"", state[:100], state[:-4]):
        with pytest.raises(ValueError, match="checkpoint"):
            training_of(other).resume(damaged)
    for name, value in other.adapter_tensors().items():
        assert np.array_equal(value, untouched[name])


def test_what_holds_back_stays_closer_to_where_it_began(tiny_base: InstalledBase) -> None:
    free, held = learner_of(tiny_base), learner_of(tiny_base)
    before = free.adapter_tensors()
    run(training_of(free))
    run(training_of(held, Schedule(epochs=4, rate=1e-2, batch=2, held_back=10.0)))
    assert distance(held, before) < distance(free, before)


def distance(learner: Learner, before: dict[str, np.ndarray]) -> float:
    after = learner.adapter_tensors()
    return float(sum(np.square(after[name] - before[name]).sum() for name in before))


def test_what_is_not_ones_own_is_read_and_not_learned(tiny_base: InstalledBase) -> None:
    learner = learner_of(tiny_base)
    quoted = OwnText(1, TEXT.tokens, [False] * len(TEXT.tokens))
    before = learner.adapter_tensors()
    nats = run(Training(learner, windows([quoted], 9), SCHEDULE))
    assert set(nats) == {0.0}
    assert distance(learner, before) == 0


def test_windows_know_how_many_they_are() -> None:
    assert len(windows([TEXT], 9)) == 6
    assert isinstance(windows([TEXT], 9), Windows)
