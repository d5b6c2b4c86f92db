"""What the user wrote before, and what followed there: learned and forgotten text by text.

All counts are integers, so that a text that is learned and forgotten again has never been there,
to the last bit of every prediction.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plm_engine.memory.segment import Segment, Text, combined, context_keys, empty, of_texts

_LEVELS = (512, 8_192, 131_072)
"""A segment that outgrows its level is poured into the next."""
_ORDERS_USED = 3
_MANY = 2_000
"""From here on counting by token is faster than sorting."""
Tokens = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recall:
    """What followed, the last times that the text stood like this."""

    tokens: Tokens
    """Tokens that followed, ascending."""
    probabilities: NDArray[np.float64]
    """Of each; they sum to 1."""
    order: int
    """How many tokens of context agree; 0 if nothing is known."""
    count: int
    """How often that context was seen."""

    def probability(self, token: int) -> float:
        """Of one token."""
        place = int(self.tokens.searchsorted(token))
        known = place < len(self.tokens) and self.tokens[place] == token
        return float(self.probabilities[place]) if known else 0.0


@dataclass(frozen=True, slots=True)
class _Followers:
    """What followed one context."""

    order: int
    tokens: Tokens
    counts: NDArray[np.int64]


NOTHING = Recall(np.empty(0, np.int64), np.empty(0), 0, 0)


class NgramMemory:
    """Learns in microseconds a text. Reading is safe while another thread learns."""

    def __init__(self) -> None:
        self._levels: tuple[Segment, ...] = tuple(empty() for _ in range(len(_LEVELS) + 1))
        self._known: set[int] = set()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return sum(map(len, self._levels))

    def __contains__(self, document: int) -> bool:
        return document in self._known

    def learn(self, document: int, tokens: Text) -> None:
        """Learn a text, from its document start on; an earlier one of the same number goes."""
        self.learn_all([(document, tokens)])

    def learn_all(self, texts: Iterable[tuple[int, Text]]) -> None:
        """Learn many texts at once: faster than one by one."""
        new = dict(texts)
        if not new:
            return
        segment = of_texts(list(new.items()))
        with self._lock:
            if known_before := self._known & new.keys():
                self._drop(known_before)
            self._known |= new.keys()
            self._levels = _poured((combined([segment, self._levels[0]]), *self._levels[1:]))

    def forget(self, document: int) -> None:
        """Forget a text, if it is known."""
        self.forget_all([document])

    def forget_all(self, documents: Iterable[int]) -> None:
        """Forget many texts at once: as fast as one."""
        with self._lock:
            gone = self._known & set(documents)
            if gone:
                self._known -= gone
                self._drop(gone)

    def recall(self, context: Sequence[int], able: Tokens | None = None) -> Recall:
        """What followed the end of ``context``, as far as it is in ``able`` (ascending)."""
        found = self._counts(context_keys(context), able)
        if not found:
            return NOTHING
        order, count = found[0].order, int(found[0].counts.sum())
        shortest = found[-1]
        tokens, probabilities = shortest.tokens, shortest.counts / shortest.counts.sum()
        for seen in reversed(found[:-1]):
            # Witten and Bell, 1991: trust a context in the measure in which it repeats itself.
            distinct = len(seen.tokens)
            probabilities *= distinct
            probabilities[tokens.searchsorted(seen.tokens)] += seen.counts
            probabilities /= seen.counts.sum() + distinct
        return Recall(tokens, probabilities, order, count)

    def _counts(self, context: NDArray[np.uint64], able: Tokens | None) -> list[_Followers]:
        """What followed the longest contexts that are known, the longest first."""
        levels = self._levels
        places = [list(level.ranges(context)) for level in levels]
        found: list[_Followers] = []
        for order in range(max(map(len, places)), 0, -1):
            followed = [
                level.following[ranges[order - 1]]
                for level, ranges in zip(levels, places, strict=True)
                if len(ranges) >= order
            ]
            tokens, counts = _counted(np.concatenate(followed))
            if able is not None:
                fits = _is_in(tokens, able)
                tokens, counts = tokens[fits], counts[fits]
            if tokens.size:
                found.append(_Followers(order, tokens, counts))
            if len(found) == _ORDERS_USED:
                break
        return found

    def _drop(self, documents: set[int]) -> None:
        self._levels = tuple(level.without(documents) for level in self._levels)


def _poured(levels: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Pour every level that is too large into the next."""
    result = list(levels)
    for level, capacity in enumerate(_LEVELS):
        if len(result[level]) > capacity:
            result[level + 1] = combined([result[level + 1], result[level]])
            result[level] = empty()
    return tuple(result)


def _counted(tokens: NDArray[np.int32]) -> tuple[Tokens, NDArray[np.int64]]:
    """Distinct tokens, ascending, and how often each occurs."""
    if len(tokens) < _MANY:
        distinct, counts = np.unique(tokens, return_counts=True)
        return distinct.astype(np.int64), counts.astype(np.int64)
    all_counts = np.bincount(tokens)
    present = np.flatnonzero(all_counts)
    return present.astype(np.int64), all_counts[present].astype(np.int64)


def _is_in(tokens: Tokens, able: Tokens) -> NDArray[np.bool_]:
    if not able.size:
        return np.zeros(len(tokens), np.bool_)
    places = np.minimum(able.searchsorted(tokens), len(able) - 1)
    found: NDArray[np.bool_] = able[places] == tokens
    return found
