"""All that a memory knows at one moment; never changed, only replaced, so reading needs no lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plm_engine.memory.segment import Segment, Text, combined, empty, of_texts

_LEVELS = (512, 8_192, 131_072)
"""A segment that outgrows its level is poured into the next."""


@dataclass(frozen=True, slots=True)
class State:
    """Counts of what followed what."""

    levels: tuple[Segment, ...]
    unigrams: NDArray[np.int64]
    """How often each token was written ``[highest token + 1]``."""
    recent: int
    """Texts from this number on are recent."""

    def __len__(self) -> int:
        return sum(map(len, self.levels))

    def learned(self, texts: Sequence[tuple[int, Text]], recent: int) -> State:
        """With these texts, given by number and tokens."""
        segment = of_texts(texts)
        levels = (combined([segment, self.levels[0]]), *self.levels[1:])
        return State(_poured(levels), _added(self.unigrams, segment.following), recent)

    def without(self, documents: set[int], recent: int) -> State:
        """As if these texts had never been there."""
        if not documents:
            return self
        unigrams = self.unigrams.copy()
        for level in self.levels:
            np.subtract.at(unigrams, level.only(documents).following, 1)
        written = np.flatnonzero(unigrams)
        return State(
            tuple(level.without(documents) for level in self.levels),
            unigrams[: written[-1] + 1 if written.size else 0],
            recent,
        )


def nothing() -> State:
    """Of a memory that has learned no text."""
    return State(tuple(empty() for _ in range(len(_LEVELS) + 1)), np.zeros(0, np.int64), 0)


def _added(unigrams: NDArray[np.int64], tokens: NDArray[np.int32]) -> NDArray[np.int64]:
    size = max(len(unigrams), int(tokens.max(initial=-1)) + 1)
    return np.bincount(tokens, minlength=size) + np.pad(unigrams, (0, size - len(unigrams)))


def _poured(levels: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Pour every level that is too large into the next."""
    result = list(levels)
    for level, capacity in enumerate(_LEVELS):
        if len(result[level]) > capacity:
            result[level + 1] = combined([result[level + 1], result[level]])
            result[level] = empty()
    return tuple(result)
