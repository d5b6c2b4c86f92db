"""The training loop: windows in random order, one at a time, in steps of a few."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from plm_engine.learning.learner import Learner
from plm_engine.learning.windows import Windows

_LARGEST_GRADIENT = 1.0
_MOMENTS = ("step", "exp_avg", "exp_avg_sq")
"""What AdamW keeps of each value."""


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
    most_steps: int | None = None
    """No more than so many, however many windows there are."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step done."""

    number: int
    steps: int
    nats: float
    """Mean over the step's windows, before the step."""


class Training:
    """One run over some windows; can be interrupted after any step and resumed from there."""

    def __init__(self, learner: Learner, windows: Windows, schedule: Schedule) -> None:
        self._learner = learner
        self._windows = windows
        self._schedule = schedule
        self._values = list(learner.learning())
        self._beginning = [value.detach().clone() for value in self._values]
        self._optimiser = torch.optim.AdamW(self._values, lr=schedule.rate, weight_decay=0.0)
        self._batches = list(islice(_batches(len(windows), schedule), schedule.most_steps))
        self._done = 0

    def steps(self) -> Iterator[Step]:
        """Learn; yields after each step. Whoever stops asking stops the training."""
        while self._done < len(self._batches):
            nats = self._step(self._batches[self._done])
            self._done += 1
            yield Step(self._done, len(self._batches), nats)

    def state(self) -> bytes:
        """Enough to go on from here with the same learner, as it was at the start, the same
        windows and schedule."""
        tensors = {"done": torch.tensor(self._done)}
        for place, value in enumerate(self._values):
            tensors[f"{place}.value"] = value.detach()
            moments = self._optimiser.state[value]
            tensors |= {f"{place}.{name}": moments[name] for name in _MOMENTS if name in moments}
        packed: bytes = save(tensors)
        return packed

    def resume(self, state: bytes) -> None:
        """Go on from there. Raises ValueError when it is damaged or of another training."""
        try:
            tensors = load(state)
            names = ("value", *_MOMENTS)
            kept = [
                {name: tensors[f"{place}.{name}"] for name in names}
                for place in range(len(self._values))
            ]
            done = int(tensors["done"])
        except (SafetensorError, KeyError):
            raise ValueError("the checkpoint is damaged") from None
        if any(
            one["value"].shape != value.shape for one, value in zip(kept, self._values, strict=True)
        ):
            raise ValueError("the checkpoint is of another training")
        for one, value in zip(kept, self._values, strict=True):
            value.data.copy_(one["value"])
            self._optimiser.state[value] = {name: one[name] for name in _MOMENTS}
        self._done = done

    def _step(self, batch: list[int]) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = self._schedule.rate * _share_of_rate(self._done, len(self._batches))
        nats = self._accumulate(batch)
        self._hold_back()
        nn.utils.clip_grad_norm_(self._values, _LARGEST_GRADIENT)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        return nats

    def _accumulate(self, batch: list[int]) -> float:
        """Add up the gradients of the mean over a batch; returns that mean."""
        windows = self._windows
        total = float(windows.weights[batch, 1:].sum())
        nats = 0.0
        for row in batch:
            weights = windows.weights[row : row + 1]
            share = float(weights[:, 1:].sum()) / total if total else 0.0
            if share:
                loss: Tensor = self._learner(windows.tokens[row : row + 1], weights) * share
                loss.backward()  # type: ignore[no-untyped-call]
                nats += float(loss.detach())
        return nats

    def _hold_back(self) -> None:
        weight = self._schedule.held_back
        for value, start in zip(self._values, self._beginning, strict=True):
            if weight and value.grad is not None:
                value.grad.add_(value.detach() - start, alpha=weight)


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
