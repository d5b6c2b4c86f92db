"""A device's own part in an update: local steps in torch on its user's texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from federation.layout import Tensors
from federation.strategies.strategy import Local
from plm_engine.learning.improving import Improver
from plm_engine.learning.job import Text
from plm_engine.learning.training import Schedule, Step


@dataclass(frozen=True, slots=True)
class TextTrainer:
    """A `Trainer` on some texts. It holds the base model and these texts, and nothing else."""

    improver: Improver
    texts: Sequence[Text]
    seed: int = 0
    on_step: Callable[[Step], None] = lambda _step: None

    def train(self, start: Tensors, learned: frozenset[str], local: Local) -> Tensors:
        """See `Trainer`."""
        schedule = Schedule(
            epochs=local.steps * local.batch,  # enough, however few windows there are
            rate=local.rate,
            batch=local.batch,
            seed=self.seed,
            most_steps=local.steps,
        )
        return self.improver.improve(start, learned, self.texts, schedule, self.on_step)
