"""What the memory knows best: the phrases that recur most, to show to whom they belong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plm_engine.memory.segment import unpacked
from plm_engine.memory.state import State

LENGTH = 4
"""Tokens of a phrase: the one at a position, and the three before it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that followed each other more than once."""

    tokens: tuple[int, ...]
    times: int


def recurring(state: State) -> Iterator[Phrase]:
    """Phrases that occur more than once, the most frequent first."""
    near = np.concatenate([level.near for level in state.levels])
    following = np.concatenate([level.following for level in state.levels])
    if not len(near):
        return
    order = np.lexsort((following, near))
    near, following = near[order], following[order]
    is_first = np.append(True, (near[1:] != near[:-1]) | (following[1:] != following[:-1]))
    starts = np.flatnonzero(is_first)
    times: NDArray[np.intp] = np.diff(np.append(starts, len(near)))
    for place in np.argsort(-times, kind="stable"):
        if times[place] == 1:
            return
        before = unpacked(int(near[starts[place]]))
        if before is not None:
            yield Phrase((*before, int(following[starts[place]])), int(times[place]))
