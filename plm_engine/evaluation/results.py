"""Scores as numbers to print, and as lines to keep so that a long evaluation can be resumed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from plm_engine.evaluation.keystrokes import Tally
from plm_engine.evaluation.prequential import Score
from plm_engine.evaluation.surprise import Surprise

Metrics = dict[str, Any]


def metrics(score: Score) -> Metrics:
    """What is reported of one author, or of all."""
    latencies = score.latencies_ms or (0.0,)
    return {
        "bits_per_char": round(score.surprise.bits_per_char, 4),
        "keystrokes_saved": round(score.tally.keystrokes_saved, 4),
        "precision_shown": round(score.tally.precision_shown, 4),
        "coverage": round(score.tally.coverage, 4),
        "documents": score.documents,
        "latency_ms": {
            "p50": round(float(np.percentile(latencies, 50)), 2),
            "p95": round(float(np.percentile(latencies, 95)), 2),
        },
    }


def report(scores: dict[str, Score]) -> Metrics:
    """``{"mean": …, "authors": {…}}``. Every author counts the same in the mean."""
    each = {author: metrics(score) for author, score in scores.items() if score.documents}
    mean = metrics(sum(scores.values(), Score()))
    for name in ("bits_per_char", "keystrokes_saved", "precision_shown", "coverage"):
        values = [one[name] for one in each.values()]
        mean[name] = round(float(np.mean(values)), 4) if values else 0.0
    return {"mean": mean, "authors": each}


class Progress:
    """Scores of documents that are done, on disk: numbers only, never text."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._done = dict(_read(file))

    def done(self, author: str, number: int) -> Score | None:
        """The score of an author's document, if it is known already."""
        return self._done.get((author, number))

    def keep(self, author: str, number: int, score: Score) -> None:
        """Remember a score."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps([author, number, asdict(score)]) + "\n")


def _read(file: Path) -> Iterator[tuple[tuple[str, int], Score]]:
    """What was kept; a line that was cut off by a crash is passed over."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    for line in lines:
        try:
            author, number, kept = json.loads(line)
            score = Score(
                Tally(**kept["tally"]),
                Surprise(**kept["surprise"]),
                kept["documents"],
                tuple(kept["latencies_ms"]),
            )
        except (ValueError, TypeError, KeyError):
            continue
        yield (author, number), score
