"""How strongly the personal and the shared adapter speak: searched, without derivatives, on
held-out texts.

AdaFusion (FDLoRA, Qi et al., 2024) weighs the factors of two adapters; here their products are
weighed, so that nothing of one is multiplied with the other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

MOST_TRIED = 8
_LEAST, _MOST = 0.0, 1.5
_PRECISE_ENOUGH = 0.1

Weights = tuple[float, float]
"""Of the personal and of the shared adapter."""


def search_weights(
    cost: Callable[[Weights], float], start: Weights, *, has_shared: bool
) -> Weights:
    """The weights with the least cost among a few that are tried (Nelder and Mead, 1965)."""
    tried: dict[Weights, float] = {}

    def measured(point: NDArray[np.float64]) -> float:
        own = round(float(point[0]), 3)
        shared = round(float(point[1]), 3) if has_shared else start[1]
        if (own, shared) not in tried:
            tried[own, shared] = cost((own, shared))
        return tried[own, shared]

    begin = np.array(start if has_shared else start[:1])
    minimize(
        measured,
        begin,
        method="Nelder-Mead",
        bounds=[(_LEAST, _MOST)] * len(begin),
        options={
            "maxfev": MOST_TRIED,
            "xatol": _PRECISE_ENOUGH,
            "initial_simplex": _simplex(begin),
        },
    )
    return min(tried, key=lambda weights: tried[weights])


def _simplex(begin: NDArray[np.float64]) -> NDArray[np.float64]:
    """The start, and a step down from it in each direction."""
    corners = np.tile(begin, (len(begin) + 1, 1))
    for place in range(len(begin)):
        corners[place + 1, place] -= 0.3
    return corners
