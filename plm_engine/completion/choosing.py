"""The next token: what the model thinks, blended with what the user's memory recalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory.blend import Blend, Situation
from plm_engine.memory.memory import NgramMemory, Recall
from plm_engine.runtime.cache import Logits

Tokens = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choice:
    """A token, and how probable it is among those that agree with what is typed."""

    token: int
    probability: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """The model's distribution over the tokens that agree with what is typed."""

    shares: NDArray[np.float32]
    able: Tokens | None
    """The tokens, ascending; None for all."""
    top: int
    """The place of the likeliest."""
    entropy: float
    """In nats."""

    @classmethod
    def of(cls, logits: Logits, able: Tokens | None) -> Distribution:
        """From logits ``[vocabulary]``."""
        scores = logits if able is None else logits[able]
        top = int(scores.argmax())
        shifted = scores - scores[top]
        powers = np.exp(shifted)
        total = powers.sum()
        shares = powers / total
        entropy = float(np.log(total)) - float(shares @ shifted)
        return cls(shares, able, top, entropy)

    def places(self, tokens: Tokens) -> Tokens:
        """Where tokens stand; all of them must be able."""
        return tokens if self.able is None else self.able.searchsorted(tokens)

    def best(self) -> Choice:
        """The likeliest token."""
        token = self.top if self.able is None else int(self.able[self.top])
        return Choice(token, float(self.shares[self.top]))


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
        model = Distribution.of(logits, able)
        recall = self.memory.recall(context, able) if self.memory else None
        if recall is None or not recall.order:
            return model.best()
        weight = self.blend.weight(recall, situation(recall, model, self.vocabulary))
        known = (1 - weight) * model.shares[model.places(recall.tokens)]
        known += weight * recall.probabilities
        likeliest = int(known.argmax())
        remembered = Choice(int(recall.tokens[likeliest]), float(known[likeliest]))
        own = model.best()
        unknown = Choice(own.token, (1 - weight) * own.probability)
        return max(remembered, unknown, key=lambda choice: choice.probability)


def situation(recall: Recall, model: Distribution, vocabulary: Vocabulary) -> Situation:
    """What decides how far the memory is trusted, besides the memory itself."""
    favourite = recall.tokens[recall.probabilities.argmax()]
    return Situation(
        model_top=float(model.shares[model.top]),
        model_entropy=model.entropy,
        in_word=bool(vocabulary.goes_on[favourite]),
        narrowed=model.able is not None,
    )
