"""The training loop: windows in random order, one at a time, in steps of a few."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from plm_engine.learning.learner import Learner
from plm_engine.learning.windows import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long, how fast, how far."""

    epochs: int
    rate: float
    """Peak learning rate; it rises over the first tenth of the steps and falls to zero (cosine)."""
    batch: int = 2
    """Windows a step; they are read one after the other, so memory does not grow with them."""
    held_back: float = 0.0
    """Weight of the squared distance to where training began: what was learned before is left
    only for a reason."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step done."""

    number: int
    steps: int
    nats: float
    """Mean of the step's windows, before the step."""


def train(learner: Learner, windows: Windows, schedule: Schedule) -> Iterator[Step]:
    """Learn; yields after each step. Whoever stops asking stops the training."""
    named = list(learner.trained())
    values = [value for _, value in named]
    beginning = [value.detach().clone() for value in values]
    optimiser = torch.optim.AdamW(values, lr=schedule.rate, weight_decay=0.0)
    batches = list(_batches(len(windows), schedule))
    for number, batch in enumerate(batches):
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate * _share_of_rate(number, len(batches))
        nats = _accumulate(learner, windows, batch)
        if schedule.held_back:
            _hold_back(values, beginning, schedule.held_back)
        torch.nn.utils.clip_grad_norm_(values, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        yield Step(number + 1, len(batches), nats)


def _batches(count: int, schedule: Schedule) -> Iterator[list[int]]:
    order = torch.Generator().manual_seed(schedule.seed)
    for _ in range(schedule.epochs):
        shuffled = torch.randperm(count, generator=order).tolist()
        for start in range(0, count, schedule.batch):
            yield shuffled[start : start + schedule.batch]


def _share_of_rate(step: int, steps: int) -> float:
    warm = max(1, steps // 10)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _accumulate(learner: Learner, windows: Windows, batch: list[int]) -> float:
    """Add up the gradients of the mean over a batch; returns that mean."""
    weights = windows.weights[batch]
    total = float(weights[:, 1:].sum())
    nats = 0.0
    for row in batch:
        own = windows.weights[row : row + 1]
        share = float(own[:, 1:].sum()) / total if total else 0.0
        if not share:
            continue
        loss: Tensor = learner(windows.tokens[row : row + 1], own) * share
        loss.backward()  # type: ignore[no-untyped-call]
        nats += float(loss.detach())
    return nats


def _hold_back(values: list[torch.nn.Parameter], beginning: list[Tensor], weight: float) -> None:
    for value, start in zip(values, beginning, strict=True):
        if value.grad is not None:
            value.grad.add_(value.detach() - start, alpha=weight)
