"""What a strategy is: pure functions of the device and of the coordinator. Whoever calls them owns
transport, masks, noise and files; simulation and deployment call the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from federation.layout import Array, Layout, Tensors
from plm_engine.base.config import LlamaConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """How a device learns before it sends: some optimiser steps on its user's texts."""

    steps: int
    batch: int
    """Windows a step (`plm_engine.learning.windows`)."""
    rate: float
    """Of AdamW; warmed up, then falling (cosine)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How strongly a user's own adapter and the shared one speak when they are fused."""

    own: float
    shared: float


class Trainer(Protocol):
    """What a strategy may ask of a device while it makes an update. What was learned of the user
    alone is out of its reach."""

    def train(self, start: Tensors, learned: frozenset[str], local: Local) -> Tensors:
        """The tensors after local steps on the user's texts; only those named ``learned`` have
        changed."""


class Fuser(Protocol):
    """What a strategy may ask of a device when it takes over a new shared adapter. Nothing of this
    leaves it."""

    def best_weights(self, shared: Tensors) -> Weights:
        """For the own adapter and this shared one, searched on held-out texts."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What the coordinator holds between two rounds; all of it can be made public."""

    tensors: Tensors
    """The shared adapter."""
    velocity: Mapping[str, Array] = field(default_factory=dict)
    """Of those that travel; empty before the first step."""
    version: int = 0
    """Steps taken."""
    epoch: int = 0
    """An update belongs to the epoch in which it was trained: in another the coordinates of its
    vector mean something else."""


class Strategy(Protocol):
    """One way."""

    @property
    def name(self) -> str:
        """As it is selected by."""

    @property
    def local(self) -> Local:
        """How devices learn."""

    def begin(self, config: LlamaConfig, seed: int) -> State:
        """A shared adapter that changes nothing yet, the same for the same seed."""

    def layout(self, tensors: Tensors) -> Layout:
        """Of what travels."""

    def improve(self, trainer: Trainer, tensors: Tensors) -> Tensors:
        """On the device: the update of the shared adapter, for all that travels."""

    def step(self, state: State, mean: Tensors) -> State:
        """On the coordinator: the next version, from the mean of updates."""

    def weigh(self, fuser: Fuser, tensors: Tensors) -> Weights:
        """On the device: how its user's own adapter and the new shared one are fused."""
