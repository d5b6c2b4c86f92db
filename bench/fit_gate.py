"""Fit how likely a suggestion is to be right, on tune authors: ``python -m bench.fit_gate``."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from bench.tune_authors import READ, for_each
from plm_engine.completion import gate
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.gate import Gate, Grounds, features
from plm_engine.completion.types import Suggestion
from plm_engine.evaluation.keystrokes import Guess
from plm_engine.evaluation.prequential import Setting, replay_author

LOWEST = 0.1
MAX_CHARS = 300
_STEPS = 50
_RIDGE = 1e-3

Seen = tuple[Grounds, bool]
"""What the first word was believed on, and whether it was right."""
Vector = NDArray[np.float64]


def main() -> None:
    """Collect, fit, write the coefficients."""
    seen = [
        one for author in for_each(watch_author, "typing tune authors' texts") for one in author
    ]
    inputs = np.array([features(grounds) for grounds, _ in seen])
    right = np.array([float(was_right) for _, was_right in seen])
    fitted = fit(inputs, right)
    confidence = 1 / (1 + np.exp(-(fitted.bias + inputs @ fitted.slopes)))
    console = Console()
    console.print(f"{len(seen)} suggestions, {right.mean():.3f} of them right")
    for low in np.arange(0.1, 1, 0.1):
        among = (confidence >= low) & (confidence < low + 0.1)
        if among.any():
            console.print(f"said {confidence[among].mean():.2f}, were {right[among].mean():.2f}")
    kept = {"bias": fitted.bias, "slopes": fitted.slopes.tolist()}
    gate.COEFFICIENTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def watch_author(engine: CompletionEngine, texts: list[str]) -> list[Seen]:
    """Type an author's last texts, with every suggestion that is not hopeless."""
    seen: list[Seen] = []

    def note(suggestion: Suggestion, guess: Guess) -> None:
        grounds = suggestion.grounds
        assert grounds is not None, "a suggestion without grounds"
        seen.append((grounds, guess.agreed > 0))

    setting = Setting(thresholds=(LOWEST,), max_words=1, max_chars=MAX_CHARS)
    for _ in replay_author(engine, texts, setting, judged=READ, on_suggestion=note):
        pass
    return seen


def fit(inputs: Vector, right: Vector) -> Gate:
    """Logistic regression by Newton's method, on standardised features."""
    mean, spread = inputs.mean(0), inputs.std(0) + 1e-9
    design = np.column_stack([np.ones(len(inputs)), (inputs - mean) / spread])
    slopes = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        believed = 1 / (1 + np.exp(-design @ slopes))
        gradient = design.T @ (believed - right) / len(right) + _RIDGE * slopes
        curvature = (design.T * (believed * (1 - believed))) @ design / len(right)
        slopes -= np.linalg.solve(curvature + _RIDGE * np.eye(len(slopes)), gradient)
    plain = slopes[1:] / spread
    return Gate(float(slopes[0] - plain @ mean), plain)


if __name__ == "__main__":
    main()
