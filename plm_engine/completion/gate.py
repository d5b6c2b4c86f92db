"""How likely it is that the first word is right: what the engine believes, held against the facts.

A logistic function of the engine's own probability and of what else is known before the word is
shown (Platt, 1999). Fitted on tune authors' texts by ``python -m bench.fit_gate``, so that among
suggestions that are given 0.7, seven in ten are what was written next.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

COEFFICIENTS = Path(__file__).with_name("gate.json")
_NARROWEST = 1e-4


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a suggestion's first word is believed on."""

    probability: float
    """Of the word, as the blend of model and memory sees it."""
    letters: int
    """Letters of it that were typed already."""
    order: int
    """How many tokens of context the memory knew, 0 without a memory."""


def features(grounds: Grounds) -> NDArray[np.float64]:
    """What the gate is a function of; the first must be the log-odds of the probability."""
    probability = min(max(grounds.probability, _NARROWEST), 1 - _NARROWEST)
    log_odds = math.log(probability / (1 - probability))
    typed = math.log1p(grounds.letters)
    in_word, remembered = grounds.letters > 0, grounds.order > 0
    return np.array(
        [log_odds, log_odds * in_word, in_word, typed, log_odds * typed, remembered, grounds.order]
    )


@dataclass(frozen=True, slots=True)
class Gate:
    """Fitted coefficients."""

    bias: float
    slopes: NDArray[np.float64]

    def confidence(self, grounds: Grounds) -> float:
        """Probability that the first word is what will be written."""
        return float(1 / (1 + math.exp(-(self.bias + float(features(grounds) @ self.slopes)))))


@cache
def shipped() -> Gate:
    """The coefficients that come with PLM."""
    kept = json.loads(COEFFICIENTS.read_text("utf-8"))
    return Gate(kept["bias"], np.asarray(kept["slopes"]))
