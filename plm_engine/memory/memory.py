"""What the user wrote before, and what followed there: learned and forgotten text by text.

All counts are integers, so that a text that is learned and forgotten again has never been there,
to the last bit of every prediction.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from plm_engine.memory.segment import ORDER, Segment, Text, combined, context_keys, empty, of_texts

_LEVELS = (512, 8_192, 131_072)
"""A segment that outgrows its level is poured into the next."""
_MANY = 2_000
"""From here on counting by token is faster than sorting."""
RECENT_TEXTS = 10
RECENT_WEIGHT = 3
"""What was written lately is likelier to come again: it counts like so many older times."""
Tokens = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recall:
    """What followed, the last times that the text stood like this."""

    tokens: Tokens
    """Tokens that followed, ascending."""
    probabilities: NDArray[np.float64]
    """Of each; they sum to 1."""
    order: int
    """How many tokens of context agree; 0 also if nothing is known."""
    count: int
    """How often that context was seen, recent times counted more than once."""

    def __bool__(self) -> bool:
        return bool(self.tokens.size)

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


@dataclass(frozen=True, slots=True)
class _State:
    """Everything that is known; never changed, only replaced."""

    levels: tuple[Segment, ...]
    unigrams: NDArray[np.int64]
    """How often each token was written ``[highest token + 1]``."""
    recent: int
    """Texts from this number on are recent."""


class NgramMemory:
    """Learns in microseconds a text. Reading is safe while another thread learns."""

    def __init__(self) -> None:
        levels = tuple(empty() for _ in range(len(_LEVELS) + 1))
        self._state = _State(levels, np.zeros(0, np.int64), 0)
        self._known: set[int] = set()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return sum(map(len, self._state.levels))

    def __contains__(self, document: int) -> bool:
        return document in self._known

    def learn(self, document: int, tokens: Text) -> None:
        """Learn a text, from its document start on; an earlier one of the same number goes."""
        self.learn_all([(document, tokens)])

    def learn_all(self, texts: Iterable[tuple[int, Text]]) -> None:
        """Learn many texts at once: faster than one by one. Later ones have higher numbers."""
        new = dict(texts)
        if not new:
            return
        segment = of_texts(list(new.items()))
        with self._lock:
            state = _without(self._state, self._known & new.keys())
            self._known |= new.keys()
            levels = (combined([segment, state.levels[0]]), *state.levels[1:])
            self._state = _State(
                _poured(levels), _added(state.unigrams, segment.following), self._recent()
            )

    def forget(self, document: int) -> None:
        """Forget a text, if it is known."""
        self.forget_all([document])

    def forget_all(self, documents: Iterable[int]) -> None:
        """Forget many texts at once: as fast as one."""
        with self._lock:
            gone = self._known & set(documents)
            self._known -= gone
            self._state = replace(_without(self._state, gone), recent=self._recent())

    def has(self, tokens: Sequence[int]) -> bool:
        """Whether some text contains these tokens, one after the other (the last few, if many)."""
        state = self._state
        *context, last = tokens[-ORDER - 1 :]
        if not context:
            return last < len(state.unigrams) and bool(state.unigrams[last])
        keys = context_keys(context)
        for level in state.levels:
            ranges = list(level.ranges(keys))
            if len(ranges) >= len(context) and last in level.following[ranges[len(context) - 1]]:
                return True
        return False

    def recall(self, context: Sequence[int], able: Tokens | None = None) -> Recall:
        """What followed the end of ``context``, as far as it is in ``able`` (ascending).

        Given ``able``, that is, letters that are typed, words that never followed count as well.
        """
        found = _followers(self._state, context_keys(context), able)
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

    def _recent(self) -> int:
        return max(self._known, default=0) - RECENT_TEXTS


def _followers(state: _State, context: NDArray[np.uint64], able: Tokens | None) -> list[_Followers]:
    """What followed the longest contexts that are known, the longest first."""
    places = [list(level.ranges(context)) for level in state.levels]
    found: list[_Followers] = []
    size, tokens, counts = 0, NOTHING.tokens, NOTHING.tokens
    for order in range(max(map(len, places)), 0, -1):
        parts = [
            (level, ranges[order - 1])
            for level, ranges in zip(state.levels, places, strict=True)
            if len(ranges) >= order
        ]
        longer, size = size, sum(part.stop - part.start for _, part in parts)
        if size != longer:  # else the shorter context never stood elsewhere, and says the same
            tokens, counts = _counted(parts, state.recent, able)
        if tokens.size:
            found.append(_Followers(order, tokens, counts))
    if able is not None:
        written = able[: able.searchsorted(len(state.unigrams))]
        counts = state.unigrams[written]
        if counts.any():
            found.append(_Followers(0, written[counts > 0], counts[counts > 0]))
    return found


def _without(state: _State, documents: set[int]) -> _State:
    if not documents:
        return state
    unigrams = state.unigrams.copy()
    for level in state.levels:
        np.subtract.at(unigrams, level.only(documents).following, 1)
    written = np.flatnonzero(unigrams)
    return _State(
        tuple(level.without(documents) for level in state.levels),
        unigrams[: written[-1] + 1 if written.size else 0],
        state.recent,
    )


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


def _counted(
    parts: Sequence[tuple[Segment, slice]], recent: int, able: Tokens | None
) -> tuple[Tokens, NDArray[np.int64]]:
    """Distinct tokens at some positions, ascending, and how often each occurs."""
    tokens = np.concatenate([level.following[part] for level, part in parts])
    document = np.concatenate([level.document[part] for level, part in parts])
    if able is not None:
        fits = _is_in(tokens, able)
        tokens, document = tokens[fits], document[fits]
    is_recent = document >= recent
    if len(tokens) < _MANY:
        distinct, which = np.unique(tokens, return_inverse=True)
        counts = np.bincount(which)
        lately = np.bincount(which[is_recent], minlength=len(distinct))
    else:
        counts = np.bincount(tokens)
        lately = np.bincount(tokens[is_recent], minlength=len(counts))
        distinct = np.flatnonzero(counts)
        counts, lately = counts[distinct], lately[distinct]
    return distinct.astype(np.int64), counts + (RECENT_WEIGHT - 1) * lately


def _is_in(tokens: NDArray[np.int32], able: Tokens) -> NDArray[np.bool_]:
    if not able.size:
        return np.zeros(len(tokens), np.bool_)
    places = np.minimum(able.searchsorted(tokens), len(able) - 1)
    found: NDArray[np.bool_] = able[places] == tokens
    return found
