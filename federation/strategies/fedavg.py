"""FedAvg (McMahan et al., 2017) of low-rank adapters: devices learn for long, the mean of what they
learned is the next version, and everybody writes with it. The baseline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from federation.layout import Layout, Tensors
from federation.strategies import frozen_a
from federation.strategies.strategy import Fuser, Local, State, Trainer, Weights
from plm_engine.base.config import LlamaConfig

_LOCAL = Local(steps=16, batch=2, rate=2e-3)


@dataclass(frozen=True, slots=True)
class FedAvg:
    """The mean, taken as it is."""

    name: ClassVar[str] = "fedavg"
    local: Local = _LOCAL

    def begin(self, config: LlamaConfig, seed: int) -> State:
        """See `Strategy`."""
        return frozen_a.begin(config, seed)

    def layout(self, tensors: Tensors) -> Layout:
        """See `Strategy`."""
        return frozen_a.layout(tensors)

    def improve(self, trainer: Trainer, tensors: Tensors) -> Tensors:
        """See `Strategy`."""
        return frozen_a.improve(trainer, tensors, self.local)

    def step(self, state: State, mean: Tensors) -> State:
        """See `Strategy`."""
        tensors = frozen_a.moved(state.tensors, mean)
        return replace(state, tensors=tensors, version=state.version + 1)

    def weigh(self, fuser: Fuser, tensors: Tensors) -> Weights:  # noqa: ARG002
        """The shared adapter alone: FedAvg knows no other."""
        return Weights(own=0.0, shared=1.0)
