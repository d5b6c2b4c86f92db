"""Scores as a replay might give them, without a model."""

from __future__ import annotations

from collections.abc import Sequence

from plm_engine.evaluation.keystrokes import Tally
from plm_engine.evaluation.prequential import History, Score
from plm_engine.evaluation.surprise import Surprise


def score(saved: int, *, thresholds: Sequence[float] = (0.2, 0.35, 0.5)) -> Score:
    """A text of 100 characters; every threshold higher saves one key less and is right more."""
    tallies = {
        at: Tally(100, 100 - saved + step, 10 - step, 5, 20, 8 - step)
        for step, at in enumerate(thresholds)
    }
    return Score(tallies, Surprise(70.0 - saved, 30, 100), 1, (12.5, 40.0 + saved))


def history(*saved: int, first: int = 0) -> History:
    """One author's texts, in the order of time."""
    return {number: score(keys) for number, keys in enumerate(saved, start=first)}
