"""How far to trust the memory against the model, token by token.

The next token's distribution is (1 - w) * model + w * memory. The weight w is a logistic function
of what is known before choosing: how long the matching context is, how often it was seen, how sure
the memory is, how sure the model is. Its coefficients are fitted on tune authors by
``python -m bench.fit_blend``, by maximum likelihood of what they wrote.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from plm_engine.memory.memory import Recall
from plm_engine.memory.segment import ORDER

COEFFICIENTS = Path(__file__).with_name("blend.json")
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ModelView:
    """The model's own distribution, in two numbers."""

    top: float
    """Probability of its likeliest token."""
    entropy: float
    """In nats."""


def features(recall: Recall, model: ModelView) -> Vector:
    """What the weight is a function of; the memory must know something."""
    order = np.zeros(ORDER)
    order[recall.order - 1] = 1.0
    top = float(recall.probabilities.max())
    seen, distinct = np.log1p(recall.count), np.log1p(len(recall.tokens))
    return np.array([*order, seen, distinct, top, model.top, model.entropy, top * model.top])


@dataclass(frozen=True, slots=True)
class Blend:
    """Fitted coefficients."""

    bias: float
    slopes: Vector

    def weight(self, recall: Recall, model: ModelView) -> float:
        """Of the memory, from 0 to 1."""
        if not recall.order:
            return 0.0
        return float(1 / (1 + np.exp(-(self.bias + features(recall, model) @ self.slopes))))


@cache
def shipped() -> Blend:
    """The coefficients that come with PLM."""
    kept = json.loads(COEFFICIENTS.read_text("utf-8"))
    return Blend(kept["bias"], np.asarray(kept["slopes"]))
