"""Scores as numbers to print, and as lines to keep so that a long evaluation can be resumed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from plm_engine.evaluation.keystrokes import Tally
from plm_engine.evaluation.prequential import History, Score, Words
from plm_engine.evaluation.surprise import Surprise

Metrics = dict[str, Any]


MEANS = ("keystrokes_saved", "precision_shown", "coverage", "bits_per_char")


def metrics(score: Score, threshold: float) -> Metrics:
    """What is reported of one author, or of all, when suggestions must be so sure."""
    latencies = score.latencies_ms or (0.0,)
    tally = score.tally(threshold)
    return {
        "bits_per_char": round(score.surprise.bits_per_char, 4),
        "keystrokes_saved": round(tally.keystrokes_saved, 4),
        "precision_shown": round(tally.precision_shown, 4),
        "coverage": round(tally.coverage, 4),
        "documents": score.documents,
        "latency_ms": {
            "p50": round(float(np.percentile(latencies, 50)), 2),
            "p95": round(float(np.percentile(latencies, 95)), 2),
        },
    }


def report(scores: dict[str, Score], threshold: float) -> Metrics:
    """``{"mean": …, "spread": …, "authors": {…}}``. Every author counts the same in the mean.

    Those to whom nothing was shown count for nothing in precision.
    """
    judged = {author: score for author, score in scores.items() if score.documents}
    each = {author: metrics(score, threshold) for author, score in judged.items()}
    silent = {author for author, score in judged.items() if not score.tally(threshold).shown}
    mean = metrics(sum(judged.values(), Score()), threshold)
    spread: dict[str, dict[str, float]] = {}
    for name in MEANS:
        left_out = silent if name == "precision_shown" else set()
        values = [one[name] for author, one in each.items() if author not in left_out] or [0.0]
        mean[name] = round(float(np.mean(values)), 4)
        spread[name] = _spread(values)
    return {"mean": mean, "spread": spread, "authors": each}


def total(history: History) -> Score:
    """All texts of one author."""
    return sum(history.values(), Score())


def _spread(values: list[float]) -> dict[str, float]:
    """Over authors: the standard deviation of the sample, and the extremes."""
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return {"deviation": round(deviation, 4), "least": min(values), "most": max(values)}


class Progress:
    """Scores of one author's documents that are done, on disk: numbers only, never text."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._done = dict(_read(file))

    def done(self, number: int) -> Score | None:
        """The score of a document, if it is known already."""
        return self._done.get(number)

    def keep(self, number: int, score: Score) -> None:
        """Remember a score."""
        if number in self._done:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps([number, asdict(score)]) + "\n")
        self._done[number] = score


def _read(file: Path) -> Iterator[tuple[int, Score]]:
    """What was kept; a line that was cut off by a crash is passed over."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    for line in lines:
        try:
            number, kept = json.loads(line)
            score = Score(
                {float(at): Tally(**tally) for at, tally in kept["tallies"].items()},
                Surprise(**kept["surprise"]),
                kept["documents"],
                tuple(kept["latencies_ms"]),
                Words(**kept["words"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        yield number, score
