"""The shared adapter gets better on one user's texts, and only as far as it is asked to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from federation.strategies.fedavg import FedAvg
from plm_engine.base.installed import InstalledBase
from plm_engine.learning.improving import Improver
from plm_engine.learning.job import Text
from plm_engine.learning.training import Schedule, Step
from tests.tiny_daemon import vowels

Array = NDArray[np.float32]
SCHEDULE = Schedule(epochs=5, rate=1e-2, batch=1, most_steps=4)
TEXTS = [Text(number, vowels(number, 400)) for number in range(6)]


@pytest.fixture(scope="module")
def start(tiny_base: InstalledBase) -> Mapping[str, Array]:
    return FedAvg().begin(tiny_base.config, seed=0).tensors


@pytest.fixture(scope="module")
def improver(tiny_base: InstalledBase) -> Improver:
    return Improver(tiny_base)


def every_b(tensors: Mapping[str, Array]) -> frozenset[str]:
    return frozenset(name for name in tensors if ".lora_B." in name)


def test_only_what_is_named_changes(improver: Improver, start: Mapping[str, Array]) -> None:
    after = improver.improve(start, every_b(start), TEXTS, SCHEDULE)

    assert after.keys() == start.keys()
    changed = {name for name in start if not np.array_equal(after[name], start[name])}
    assert changed == every_b(start)


def test_the_texts_get_easier_to_predict(improver: Improver, start: Mapping[str, Array]) -> None:
    nats: list[float] = []

    def note(step: Step) -> None:
        nats.append(step.nats)

    again = Schedule(epochs=20, rate=3e-2, batch=1)
    improver.improve(start, every_b(start), TEXTS[:1], again, note)

    assert nats[-1] < nats[0]


def test_whoever_was_trained_before_leaves_no_trace(
    improver: Improver, start: Mapping[str, Array]
) -> None:
    names = every_b(start)
    first = improver.improve(start, names, TEXTS[:3], SCHEDULE)
    improver.improve(first, names, TEXTS[3:], SCHEDULE)

    again = improver.improve(start, names, TEXTS[:3], SCHEDULE)

    assert all(np.array_equal(again[name], first[name]) for name in first)


def test_it_takes_no_more_steps_than_asked(improver: Improver, start: Mapping[str, Array]) -> None:
    steps: list[Step] = []

    improver.improve(start, every_b(start), TEXTS, SCHEDULE, steps.append)

    assert [step.number for step in steps] == [1, 2, 3, 4]
