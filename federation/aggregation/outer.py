"""The outer step: the community's mean update, with momentum (FDLoRA, Qi et al., 2024, after
DiLoCo, Douillard et al., 2023)."""

from __future__ import annotations

from dataclasses import dataclass

from federation.layout import Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Nesterov:
    """Stochastic gradient descent with Nesterov's momentum, where the gradient is what the mean
    update points away from."""

    rate: float
    momentum: float

    def step(self, velocity: Vector, mean: Vector) -> tuple[Vector, Vector]:
        """The new velocity, and what is added to the shared values; all ``[size]``."""
        velocity = self.momentum * velocity + mean
        return velocity, self.rate * (mean + self.momentum * velocity)
