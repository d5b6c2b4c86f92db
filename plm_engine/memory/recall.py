"""What followed, the last times that the text stood like this: long contexts before short ones.

Absolute discounting (Ney, Essen and Kneser, 1994): of every token that followed a context, a part
of one time is taken off and given to what followed the next shorter context.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from plm_engine.memory.segment import ORDER, Segment, context_keys
from plm_engine.memory.state import State

DISCOUNT = 0.7
"""On tune authors, 0.6 to 0.75 are as good as each other, 0.45 and 0.9 worse."""
RECENT_WEIGHT = 3
"""What was written lately is likelier to come again: it counts like so many older times."""
_MANY = 2_000
"""From here on counting by token is faster than sorting."""

Tokens = NDArray[np.int64]
"""Ascending."""
Counts = NDArray[np.int64]
"""Of each of some tokens."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Tokens that followed, and how likely each is to follow again."""

    tokens: Tokens
    probabilities: NDArray[np.float64]
    """Of each; they sum to 1."""
    order: int
    """How many tokens of context agree; 0 also if nothing is known."""
    count: int
    """How often they followed that context, recent times counted more than once."""
    escape: float
    """Probability that none of them follows, but what never did."""

    def __bool__(self) -> bool:
        return bool(self.tokens.size)

    def probability(self, token: int) -> float:
        """Of one token."""
        place = int(self.tokens.searchsorted(token))
        known = place < len(self.tokens) and self.tokens[place] == token
        return float(self.probabilities[place]) if known else 0.0


NOTHING = Recall(np.empty(0, np.int64), np.empty(0), 0, 0, 1.0)


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters that are typed, as tokens see them."""

    able: Tokens
    """Those that agree with the letters, as far as both go."""
    beginnings: Mapping[int, Tokens]
    """Of them, those that spell only some of the letters, each with those that agree with the
    rest: it counts only where one of these came after it."""


@dataclass(frozen=True, slots=True)
class _Followers:
    """What followed one context."""

    order: int
    tokens: Tokens
    """Those that agree with what is typed."""
    counts: Counts
    seen: int
    """How often any token followed, recent times counted more than once."""
    weight: float
    """How much one time counts in the mean."""
    taken: float
    """How much is taken off these, and given to what followed a shorter context."""


def recall(state: State, context: Sequence[int], letters: Letters | None) -> Recall:
    """What followed the end of ``context``, as far as it agrees with the letters.

    Where letters are typed, tokens that never followed there count as well.
    """
    found = _followers(state, context, letters)
    return _discounted(found) if found else NOTHING


def _discounted(found: Sequence[_Followers]) -> Recall:
    """One distribution of those after contexts of several lengths, the longest first."""
    longest, shortest = found[0], found[-1]
    probabilities = np.zeros(len(shortest.tokens))
    agreeing = float(shortest.counts.sum() / shortest.seen)
    for context in reversed(found):
        left = (context.counts - _taken(context.counts, context.weight)) / context.seen
        given_on = context.taken / context.seen
        probabilities *= given_on
        probabilities[shortest.tokens.searchsorted(context.tokens)] += left
        if context is not shortest:
            agreeing = given_on * agreeing + float(left.sum())
    total = float(probabilities.sum())
    return Recall(
        shortest.tokens,
        probabilities / total,
        longest.order,
        int(longest.counts.sum()),
        escape=1 - total / agreeing,
    )


def _followers(state: State, context: Sequence[int], letters: Letters | None) -> list[_Followers]:
    """What followed the longest contexts that are known, the longest first."""
    places = _Places(state, context)
    beginnings = _beginnings(state, context, letters)
    found: list[_Followers] = []
    longer = 0
    for order in range(places.longest, 0, -1):
        times = places.times(order)
        if times == longer:  # the shorter context never stood elsewhere, and says the same
            found.append(replace(found[-1], order=order))
            continue
        longer = times
        found.append(_after(order, times, places.counted(order), letters, beginnings))
    if letters and len(state):
        written = np.flatnonzero(state.unigrams)
        counts = state.unigrams[written]
        found.append(_after(0, int(counts.sum()), (written, counts), letters, beginnings))
    return [followers for followers in found if followers.tokens.size]


def _after(
    order: int,
    times: int,
    followed: tuple[Tokens, Counts],
    letters: Letters | None,
    beginnings: Sequence[_Beginning],
) -> _Followers:
    """``followed`` are all tokens that followed, and how often, in so many ``times``."""
    tokens, counts = followed
    seen = int(counts.sum())
    weight = seen / times
    taken = float(_taken(counts, weight).sum())
    if letters:
        tokens, counts = _agreeing(tokens, counts, letters, beginnings, order)
    return _Followers(order, tokens, counts, seen, weight, taken)


def _taken(counts: Counts, weight: float) -> NDArray[np.float64]:
    """What is taken off each count: a part of one time, which weighs so much in the mean."""
    return DISCOUNT * np.minimum(counts, weight)


class _Places:
    """Where the end of a context stands in what was learned."""

    def __init__(self, state: State, context: Sequence[int]) -> None:
        self._state = state
        keys = context_keys(context)
        self._ranges = [list(level.ranges(keys)) for level in state.levels]
        self.longest = max(map(len, self._ranges))

    def times(self, order: int) -> int:
        """How often so many tokens of it stand there."""
        return sum(part.stop - part.start for _, part in self._parts(order))

    def counted(self, order: int) -> tuple[Tokens, Counts]:
        """The tokens that followed there, and how often, recent times more than once."""
        parts = self._parts(order)
        if not parts:
            return NOTHING.tokens, NOTHING.tokens
        tokens = np.concatenate([level.following[part] for level, part in parts])
        documents = np.concatenate([level.document[part] for level, part in parts])
        return _counted(tokens, documents >= self._state.recent)

    def any_of(self, wanted: Tokens, order: int) -> int:
        """How often one of these tokens followed there, recent times like others."""
        return sum(
            int(np.count_nonzero(_is_in(level.following[part], wanted)))
            for level, part in self._parts(order)
        )

    def _parts(self, order: int) -> list[tuple[Segment, slice]]:
        return [
            (level, ranges[order - 1])
            for level, ranges in zip(self._state.levels, self._ranges, strict=True)
            if len(ranges) >= order
        ]


@dataclass(frozen=True)
class _Beginning:
    """A token that spells only the first of the letters typed."""

    state: State
    context: Sequence[int]
    token: int
    rest: Tokens
    """What agrees with the other letters."""

    @cached_property
    def _places(self) -> _Places:
        return _Places(self.state, [*self.context, self.token])

    def count(self, order: int) -> int:
        """How often it came after so many tokens of context, and one of the rest after it."""
        if not order:
            return self._places.any_of(self.rest, 1)
        tokens, counts = self._places.counted(min(order + 1, ORDER))
        return int(counts[_is_in(tokens, self.rest)].sum())


def _beginnings(state: State, context: Sequence[int], letters: Letters | None) -> list[_Beginning]:
    if letters is None:
        return []
    return [_Beginning(state, context, *one) for one in letters.beginnings.items()]


def _agreeing(
    tokens: Tokens,
    counts: Counts,
    letters: Letters,
    beginnings: Sequence[_Beginning],
    order: int,
) -> tuple[Tokens, Counts]:
    """Those that agree with the letters, and how often they did."""
    able = _is_in(tokens, letters.able)
    tokens, counts = tokens[able], counts[able]
    for beginning in beginnings:
        place = int(tokens.searchsorted(beginning.token))
        if place < len(tokens) and tokens[place] == beginning.token:
            counts[place] = min(counts[place], beginning.count(order))
    return tokens[counts > 0], counts[counts > 0]


def _counted(tokens: NDArray[np.int32], is_recent: NDArray[np.bool_]) -> tuple[Tokens, Counts]:
    """Distinct tokens, ascending, and how often each occurs, recent times more than once."""
    if len(tokens) < _MANY:
        distinct, which = np.unique(tokens, return_inverse=True)
        counts = np.bincount(which)
        lately = np.bincount(which[is_recent], minlength=len(distinct))
    else:
        counts = np.bincount(tokens)
        lately = np.bincount(tokens[is_recent], minlength=len(counts))
        distinct = np.flatnonzero(counts).astype(np.int32)
        counts, lately = counts[distinct], lately[distinct]
    return distinct.astype(np.int64), counts + (RECENT_WEIGHT - 1) * lately


def _is_in(tokens: Tokens | NDArray[np.int32], able: Tokens) -> NDArray[np.bool_]:
    if not able.size:
        return np.zeros(len(tokens), np.bool_)
    nearest = able[np.minimum(able.searchsorted(tokens), len(able) - 1)]
    found: NDArray[np.bool_] = nearest == tokens
    return found
