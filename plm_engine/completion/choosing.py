"""The next token: what the model thinks, blended with what the user's memory recalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory.blend import Blend, ModelView
from plm_engine.memory.memory import NgramMemory, Recall
from plm_engine.runtime.cache import Logits

Tokens = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choice:
    """A token, and how probable it is among those that agree with what is typed."""

    token: int
    probability: float


@dataclass(frozen=True, slots=True)
class Chooser:
    """Picks the likeliest token; without a memory, the model's own."""

    vocabulary: Vocabulary
    memory: NgramMemory | None
    blend: Blend

    def choose(self, logits: Logits, context: Sequence[int], typed: bytes) -> Choice | None:
        """The likeliest token after ``context`` that agrees with the letters typed, if any does.

        ``logits`` are ``[vocabulary]``.
        """
        able = self.vocabulary.able_to_spell(typed) if typed else None
        if able is not None and not able.size:
            return None
        scores = logits if able is None else logits[able]
        best = int(scores.argmax())
        powers = np.exp(scores - scores[best])
        total = float(powers.sum())
        own = Choice(best if able is None else int(able[best]), 1 / total)
        recall = self.memory.recall(context, able) if self.memory else None
        if recall is None or not recall.order:
            return own
        shifted = float(powers @ (scores - scores[best]))
        view = ModelView(own.probability, float(np.log(total)) - shifted / total)
        weight = self.blend.weight(recall, view)
        places = recall.tokens if able is None else able.searchsorted(recall.tokens)
        remembered = _best(recall, weight, powers[places] / total)
        unknown = Choice(own.token, (1 - weight) * own.probability)
        return max(remembered, unknown, key=lambda choice: choice.probability)


def _best(recall: Recall, weight: float, shares: NDArray[np.float32]) -> Choice:
    """The likeliest of the tokens that the memory knows."""
    mixed = (1 - weight) * shares + weight * recall.probabilities
    best = int(mixed.argmax())
    return Choice(int(recall.tokens[best]), float(mixed[best]))
