"""How what PLM saves depends on the threshold, and on how much of the author is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from plm_engine.evaluation.prequential import History, Score
from plm_engine.evaluation.results import Metrics, report

GRID = tuple(round(0.05 * step, 2) for step in range(3, 19))
"""Thresholds from showing much to showing little."""
WINDOW = 11
"""Most documents that are taken together for one point of a learning curve: one says little."""

Points = list[tuple[float, float]]
Measure = Callable[[Score], float]


def trade_off(scores: dict[str, Score]) -> dict[float, Metrics]:
    """Means over authors, by each threshold that was tried and at which anything was shown."""
    thresholds = {
        at for score in scores.values() for at, tally in score.tallies.items() if tally.shown
    }
    return {at: report(scores, at)["mean"] for at in sorted(thresholds)}


def learning(history: History, measure: Measure) -> Points:
    """A measure by how many documents were known: a window moves over them, in one piece."""
    numbers = sorted(history)
    width = min(WINDOW, len(numbers) // 3 | 1)  # odd: its middle is a document
    windows = [numbers[end - width : end] for end in range(width, len(numbers) + 1)]
    return [
        (window[width // 2], measure(sum((history[one] for one in window), Score())))
        for window in windows
    ]


def mean_curve(curves: Sequence[Points]) -> Points:
    """The mean where at least half of the curves are: of fewer, it would speak of who they are."""
    values: dict[float, list[float]] = {}
    for curve in curves:
        for x, y in curve:
            values.setdefault(x, []).append(y)
    least = max(2, len(curves) / 2)
    return [(x, float(np.mean(ys))) for x, ys in sorted(values.items()) if len(ys) >= least]
