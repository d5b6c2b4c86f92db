"""How far to trust the memory against the model, token by token.

The next token's distribution is (1 - w) * model + w * memory. The weight w is a logistic function
of what is known before choosing: how long the matching context is, how often it was seen, how sure
the memory is, how sure the model is, whether a word is being finished (there, memories of names
are worth more than a model's guesses), whether typed letters narrow both. Its coefficients are
fitted on tune authors by ``python -m bench.fit_blend``, by maximum likelihood of what they wrote.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from plm_engine.memory.recall import Recall
from plm_engine.memory.segment import ORDER

COEFFICIENTS = Path(__file__).with_name("blend.json")
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Situation:
    """What else is known before a token is chosen."""

    model_top: float
    """Probability of the model's likeliest token."""
    model_entropy: float
    """In nats."""
    in_word: bool
    """Whether the memory's likeliest token goes on with a word."""
    narrowed: bool
    """Whether letters that are typed already rule tokens out, in the model and the memory."""


def features(recall: Recall, situation: Situation) -> Vector:
    """What the weight is a function of; the memory must know something."""
    order, order_in_word = np.zeros(ORDER + 1), np.zeros(ORDER + 1)
    order[recall.order] = 1.0
    order_in_word[recall.order] = situation.in_word
    top, model_top = float(recall.probabilities.max()), situation.model_top
    seen, distinct = np.log1p(recall.count), np.log1p(len(recall.tokens))
    sure = [top, model_top, situation.model_entropy, top * model_top]
    narrowed = [situation.narrowed, situation.narrowed * top, situation.narrowed * model_top]
    escape = recall.escape * np.array([1.0, situation.in_word, situation.narrowed])
    return np.array([*order, *order_in_word, seen, distinct, *sure, *narrowed, *escape])


@dataclass(frozen=True, slots=True)
class Blend:
    """Fitted coefficients."""

    bias: float
    slopes: Vector

    def weight(self, recall: Recall, situation: Situation) -> float:
        """Of the memory, from 0 to 1."""
        if not recall:
            return 0.0
        return float(1 / (1 + np.exp(-(self.bias + features(recall, situation) @ self.slopes))))


@cache
def shipped() -> Blend:
    """The coefficients that come with PLM."""
    kept = json.loads(COEFFICIENTS.read_text("utf-8"))
    return Blend(kept["bias"], np.asarray(kept["slopes"]))
