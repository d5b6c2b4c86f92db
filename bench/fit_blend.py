"""Fit how far to trust the memory, on tune authors: ``python -m bench.fit_blend``."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from bench.tune_authors import READ, for_each
from plm_engine.completion.choosing import Distribution, situation
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.evaluation.surprise import MAX_TOKENS, predictions
from plm_engine.memory.blend import COEFFICIENTS, Blend, features
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.recent import RecentTexts
from plm_engine.runtime.cache import Logits
from plm_engine.runtime.session import ModelSession

_STEPS = 3_000
_RATE = 0.03
_DECAY = 1e-4

Vector = NDArray[np.float64]
Row = tuple[Vector, float, float]
"""Features; probability that the model, and that the memory, gave to what was written."""


@dataclass(frozen=True, slots=True)
class Observations:
    """One row a token that the memory had something to say about."""

    features: Vector
    model: Vector
    """Probability that the model gave to what was written."""
    memory: Vector


def main() -> None:
    """Collect, fit, write the coefficients."""
    rows = [row for author in for_each(read_author, "reading tune authors") for row in author]
    seen = Observations(*(np.array(column) for column in zip(*rows, strict=True)))
    blend = fit(seen)
    before, after = _nats(np.zeros(len(seen.model)), seen), _nats(_weights(blend, seen), seen)
    Console().print(f"{len(rows)} tokens: model {before:.4f}, blended {after:.4f} nats a token")
    kept = {"bias": blend.bias, "slopes": blend.slopes.tolist()}
    COEFFICIENTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def read_author(engine: CompletionEngine, texts: list[str]) -> list[Row]:
    """Read an author's last texts; each is learned once it is read."""
    vocabulary = engine.vocabulary
    memory, recent = NgramMemory(), RecentTexts()
    known = list(enumerate(vocabulary.documents(texts[:-READ])))
    memory.learn_all(known)
    recent.learn_all(known)
    rows: list[Row] = []
    for number, text in enumerate(texts[-READ:], start=len(known)):
        reader = _Reader(vocabulary, engine.session, memory, recent.preamble)
        rows += reader.read(text)
        (read,) = vocabulary.documents([text])
        learned = [(number, read)]
        memory.learn_all(learned)
        recent.learn_all(learned)
    return rows


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a text, knowing the author's earlier ones."""

    vocabulary: Vocabulary
    session: ModelSession
    memory: NgramMemory
    preamble: tuple[int, ...]

    def read(self, text: str) -> Iterator[Row]:
        """Every token as it comes, and once more with letters of its word typed."""
        encoding = self.vocabulary.encode(text)
        tokens = [self.vocabulary.document_start, *encoding.ids[: MAX_TOKENS - 1]]
        left = _left_of_words(
            [self.vocabulary.spellings[one] for one in encoding.ids], encoding.word_ids
        )
        letters = random.Random(len(tokens))
        before = len(self.preamble)
        for start, logits in predictions(self.session, [*self.preamble, *tokens[:-1]]):
            for offset, row in enumerate(logits):
                place = start + offset + 1 - before
                if place < 1:
                    continue
                yield from self._token(tokens[: place + 1], b"", row)
                rest = left[place - 1]
                if len(rest) > 1:
                    typed = rest[: letters.randrange(1, len(rest))]
                    yield from self._token(tokens[: place + 1], typed, row)

    def _token(self, read: list[int], typed: bytes, logits: Logits) -> Iterator[Row]:
        """The last token of ``read``, if the memory had something to say about it."""
        letters = self.vocabulary.letters(typed)
        able = letters.able if letters else None
        recall = self.memory.recall(read[:-1], letters)
        if recall:
            model = Distribution.of(logits, able)
            known = features(recall, situation(recall, model, self.vocabulary))
            own = float(model.shares[model.places(np.asarray(read[-1]))])
            yield known, own, recall.probability(read[-1])


def _left_of_words(spellings: list[bytes], words: Sequence[int | None]) -> list[bytes]:
    """What is spelled from each token to the end of its word."""
    left: list[bytes] = []
    for place in reversed(range(len(spellings))):
        goes_on = left and words[place] == words[place + 1]
        left.append(spellings[place] + (left[-1] if goes_on else b""))
    return left[::-1]


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
