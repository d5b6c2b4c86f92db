"""FedAvg (McMahan et al., 2017) of low-rank adapters: devices learn for long, the mean of what they
learned is the next version, and everybody writes with it. The baseline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from federation.layout import Tensors
from federation.strategies.frozen_a import FrozenA, moved
from federation.strategies.strategy import Fuser, Local, State, Weights

_LOCAL = Local(steps=16, batch=2, rate=2e-3)


@dataclass(frozen=True, slots=True, kw_only=True)
class FedAvg(FrozenA):
    """The mean, taken as it is."""

    name: ClassVar[str] = "fedavg"
    local: Local = _LOCAL

    def step(self, state: State, mean: Tensors) -> State:
        """See `Strategy`."""
        tensors = moved(state.tensors, mean)
        return replace(state, tensors=tensors, version=state.version + 1)

    def weigh(self, fuser: Fuser, tensors: Tensors) -> Weights:  # noqa: ARG002
        """The shared adapter alone: FedAvg knows no other."""
        return Weights(own=0.0, shared=1.0)
