"""FDLoRA (Qi et al., 2024): each user has two adapters, one of their own and the shared one.
Devices take few inner steps on the shared one; the coordinator takes an outer step with Nesterov's
momentum; on the device the two are fused with weights searched on held-out text (AdaFusion).

Three departures from the paper. The shared adapter does not begin as the mean of the users' own
ones, which would tell of them, but at zero. It is never copied into the own one, so what a user
takes back stays taken back. And the two are fused as products, not factor by factor, which would
multiply one's A with the other's B.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from federation.aggregation.outer import Nesterov
from federation.aggregation.refactorise import refactorise
from federation.layout import Tensors
from federation.strategies.frozen_a import FrozenA, moved
from federation.strategies.strategy import Fuser, Local, State, Weights

_LOCAL = Local(steps=8, batch=2, rate=2e-3)
_OUTER = Nesterov(rate=1.0, momentum=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class FDLoRA(FrozenA):
    """Inner steps, outer steps, fusion."""

    name: ClassVar[str] = "fdlora"
    local: Local = _LOCAL
    outer: Nesterov = _OUTER
    steps_per_epoch: int = 10
    """So many versions have the same A; then the pairs are written anew."""

    def step(self, state: State, mean: Tensors) -> State:
        """See `Strategy`."""
        layout = self.layout(state.tensors)
        velocity = layout.flat(state.velocity) if state.velocity else 0.0 * layout.flat(mean)
        velocity, step = self.outer.step(velocity, layout.flat(mean))
        after = State(
            tensors=moved(state.tensors, layout.shaped(step)),
            velocity=layout.shaped(velocity),
            version=state.version + 1,
            epoch=state.epoch,
        )
        is_last = after.version % self.steps_per_epoch == 0
        return _written_anew(after) if is_last else after

    def weigh(self, fuser: Fuser, tensors: Tensors) -> Weights:
        """See `Strategy`."""
        return fuser.best_weights(tensors)


def _written_anew(state: State) -> State:
    tensors, [velocity] = refactorise(state.tensors, [state.velocity])
    return replace(state, tensors=tensors, velocity=velocity, epoch=state.epoch + 1)
