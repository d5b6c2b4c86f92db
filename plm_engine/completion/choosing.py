"""The next token: what the model thinks, blended with what the user's memory recalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory.blend import Blend, Situation
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.recall import NOTHING, Recall
from plm_engine.runtime.cache import Logits

MAX_DRAFT = 4
_DRAFT_FROM_ORDER = 2
_DRAFT_FROM = 0.5
"""A token more in a step costs a sixth of a step: below this chance of being right it is not
worth while."""

Tokens = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choice:
    """A token, and how probable it is among those that agree with what is typed."""

    token: int
    probability: float
    begins_anew: float
    """Probability that a word ends before this token, whichever it is."""
    order: int
    """How many tokens of context the memory knew, 0 without a memory."""


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

    def share_of(self, wanted: NDArray[np.bool_]) -> float:
        """Probability of the tokens marked in ``wanted`` ``[vocabulary]``."""
        marked = wanted if self.able is None else wanted[self.able]
        return float(self.shares @ marked)

    @property
    def best(self) -> int:
        """The likeliest token."""
        return self.top if self.able is None else int(self.able[self.top])


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
        letters = self.vocabulary.letters(typed)
        able = letters.able if letters else None
        if able is not None and not able.size:
            return None
        model = Distribution.of(logits, able)
        recall = self.memory.recall(context, letters) if self.memory else NOTHING
        weight = self.blend.weight(recall, situation(recall, model, self.vocabulary))
        token, probability = _likeliest(model, recall, weight)
        own = model.share_of(self.vocabulary.begins_anew)
        remembered = float(recall.probabilities @ self.vocabulary.begins_anew[recall.tokens])
        begins_anew = own + weight * (remembered - own)
        return Choice(token, probability, begins_anew, recall.order)

    def draft(self, context: Sequence[int]) -> list[int]:
        """What the memory is rather sure follows ``context``, a few tokens at most."""
        guess: list[int] = []
        while self.memory and len(guess) < MAX_DRAFT:
            recall = self.memory.recall([*context, *guess])
            if recall.order < _DRAFT_FROM_ORDER:
                break
            top = int(recall.probabilities.argmax())
            if recall.probabilities[top] < _DRAFT_FROM:
                break
            guess.append(int(recall.tokens[top]))
        return guess


def situation(recall: Recall, model: Distribution, vocabulary: Vocabulary) -> Situation:
    """What decides how far the memory is trusted, besides the memory itself."""
    in_word = False
    if recall:
        in_word = bool(vocabulary.goes_on[recall.tokens[recall.probabilities.argmax()]])
    return Situation(
        model_top=float(model.shares[model.top]),
        model_entropy=model.entropy,
        in_word=in_word,
        narrowed=model.able is not None,
    )


def _likeliest(model: Distribution, recall: Recall, weight: float) -> tuple[int, float]:
    """The likeliest token of the blend, and its probability."""
    own = model.best
    if not recall:
        return own, float(model.shares[model.top])
    known = (1 - weight) * model.shares[model.places(recall.tokens)]
    known += weight * recall.probabilities
    likeliest = int(known.argmax())
    unknown = (1 - weight) * float(model.shares[model.top])
    if known[likeliest] >= unknown:
        return int(recall.tokens[likeliest]), float(known[likeliest])
    return own, unknown
