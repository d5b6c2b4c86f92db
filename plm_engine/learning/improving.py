"""The shared adapter, made better on one user's texts. Nothing else of the user's has a part in it:
neither their own adapter, nor their prompt, nor their memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch

from plm_engine.base.installed import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.learning import recipes
from plm_engine.learning.base import load_base
from plm_engine.learning.job import Text
from plm_engine.learning.learner import AdapterShape, Array, Learner
from plm_engine.learning.own import own_tokens
from plm_engine.learning.training import Schedule, Step, Training
from plm_engine.learning.windows import windows
from plm_engine.runtime.trimming import give_back_memory


class Improver:
    """Holds the base model in torch, for one device or, in turn, for many."""

    def __init__(self, base: InstalledBase) -> None:
        self.base = base.digest
        """Of the base model."""
        self._vocabulary = Vocabulary(base)
        self._learner = Learner(load_base(base))
        self._has_adapter = False
        give_back_memory()  # the graph that the weights were taken out of

    def improve(
        self,
        start: Mapping[str, Array],
        learned: frozenset[str],
        texts: Sequence[Text],
        schedule: Schedule,
        on_step: Callable[[Step], None] = lambda _step: None,
    ) -> dict[str, Array]:
        """The adapter's tensors under peft's names after training on these texts; only those named
        ``learned`` have changed. The same start, texts and schedule give the same."""
        torch.manual_seed(schedule.seed)
        self._put(start, learned)
        own = [own_tokens(self._vocabulary, text) for text in texts]
        training = Training(self._learner, windows(own, recipes.WINDOW), schedule)
        for step in training.steps():
            on_step(step)
        after = self._learner.adapter_tensors()
        return {name: after[name] if name in learned else value for name, value in start.items()}

    def _put(self, start: Mapping[str, Array], learned: frozenset[str]) -> None:
        if self._has_adapter:
            self._learner.set_adapter(start)
            return
        self._learner.add_adapter(AdapterShape.of(start), start)
        self._learner.learn_adapter(learned)
        self._has_adapter = True
