"""Fit how far to trust the memory, on tune authors: ``python -m bench.fit_blend``."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from bench.study_data import Document, open_tune_authors
from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.evaluation.surprise import MAX_TOKENS, model_view, predictions
from plm_engine.memory.blend import COEFFICIENTS, Blend, features
from plm_engine.memory.memory import NgramMemory
from plm_engine.runtime.session import ModelSession

EVERY = 2
"""One author of so many."""
DOCUMENTS_KNOWN = 100
DOCUMENTS_READ = 12
_STEPS = 3_000
_RATE = 0.03
_DECAY = 1e-4

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observations:
    """One row a token that the memory had something to say about."""

    features: Vector
    model: Vector
    """Probability that the model gave to what was written."""
    memory: Vector


def main() -> None:
    """Collect, fit, write the coefficients."""
    cache = paths.cache_dir()
    base = ensure_base(cache, lambda _stage, _fraction: None)
    vocabulary, session = Vocabulary(base), ModelSession(base)
    chosen = open_tune_authors()[::EVERY]
    rows = [
        row
        for author in track(chosen, "reading tune authors")
        for row in _observe(author, vocabulary, session)
    ]
    seen = Observations(*(np.array(column) for column in zip(*rows, strict=True)))
    blend = fit(seen)
    before, after = _nats(np.zeros(len(seen.model)), seen), _nats(_weights(blend, seen), seen)
    Console().print(f"{len(rows)} tokens: model {before:.4f}, blended {after:.4f} nats a token")
    kept = {"bias": blend.bias, "slopes": blend.slopes.tolist()}
    COEFFICIENTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def _observe(
    documents: Sequence[Document], vocabulary: Vocabulary, session: ModelSession
) -> Iterator[tuple[Vector, float, float]]:
    """Read an author's later texts with a memory of the earlier ones, each learned once read."""
    memory = NgramMemory()
    recent = documents[: DOCUMENTS_KNOWN + DOCUMENTS_READ]
    for number, document in enumerate(recent):
        tokens = [vocabulary.document_start, *vocabulary.encode(document.text).ids][:MAX_TOKENS]
        if number >= min(DOCUMENTS_KNOWN, len(recent) - DOCUMENTS_READ):
            yield from _observe_text(tokens, memory, session)
        memory.learn(number, tokens)


def _observe_text(
    tokens: list[int], memory: NgramMemory, session: ModelSession
) -> Iterator[tuple[Vector, float, float]]:
    for start, logits in predictions(session, tokens[:-1]):
        for offset, row in enumerate(logits):
            place = start + offset + 1
            recall = memory.recall(tokens[:place])
            if recall.order:
                shares = np.exp(row - row.max())
                shares /= shares.sum()
                written = tokens[place]
                known = features(recall, model_view(shares))
                yield known, float(shares[written]), recall.probability(written)


def fit(seen: Observations) -> Blend:
    """Maximum likelihood, by Adam (Kingma and Ba, 2015) on standardised features."""
    mean, spread = seen.features.mean(0), seen.features.std(0) + 1e-6
    inputs = np.column_stack([np.ones(len(seen.model)), (seen.features - mean) / spread])
    slopes = np.zeros(inputs.shape[1])
    slopes[0] = -1.0
    first, second = np.zeros_like(slopes), np.zeros_like(slopes)
    for step in range(1, _STEPS + 1):
        weight = 1 / (1 + np.exp(-(inputs @ slopes)))
        mixed = (1 - weight) * seen.model + weight * seen.memory + 1e-12
        by_weight = (seen.memory - seen.model) / mixed * weight * (1 - weight)
        gradient = -(inputs * by_weight[:, None]).mean(0) + _DECAY * slopes
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        corrected = math.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        slopes -= _RATE * corrected * first / (np.sqrt(second) + 1e-8)
    plain = slopes[1:] / spread
    return Blend(float(slopes[0] - plain @ mean), plain)


def _weights(blend: Blend, seen: Observations) -> Vector:
    weights: Vector = 1 / (1 + np.exp(-(blend.bias + seen.features @ blend.slopes)))
    return weights


def _nats(weights: Vector, seen: Observations) -> float:
    mixed = (1 - weights) * seen.model + weights * seen.memory
    return float(-np.log(mixed + 1e-12).mean())


if __name__ == "__main__":
    main()
