"""Token positions sorted by what stands before them: all n-grams of some texts in a few arrays.

Positions are sorted by their context read backwards, so the positions that share the last k tokens
with a given context lie side by side, and those that share k + 1 lie within them (the order of the
Burrows-Wheeler transform, as used for prediction by partial matching).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

ORDER = 6
"""Tokens of context that are told apart."""
_BITS = 21
_PER_KEY = 3
_NOTHING = 2**_BITS - 1
"""Stands before the first token of a text."""

Keys = NDArray[np.uint64]
Text = Sequence[int] | NDArray[np.int32]
"""Tokens, from the document start on."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Some positions, sorted. Never changed; cheap to combine and to filter."""

    near: Keys
    """The three tokens before, the last one in the highest bits."""
    far: Keys
    """The three tokens before those."""
    following: NDArray[np.int32]
    """The token at the position."""
    document: NDArray[np.int64]
    """The text that it belongs to."""

    def __len__(self) -> int:
        return len(self.following)

    def ranges(self, context: Keys) -> Iterator[slice]:
        """Where contexts agree in the last 1, 2, … `ORDER` tokens; ends when none does."""
        start, stop = 0, len(self)
        for order in range(1, ORDER + 1):
            low, high = _bounds(context, order)
            keys = (self.near if order <= _PER_KEY else self.far)[start:stop]
            first, last = keys.searchsorted(np.array([low, high], np.uint64))
            start, stop = start + int(first), start + int(last)
            if start == stop:
                return
            yield slice(start, stop)

    def without(self, documents: set[int]) -> Segment:
        """Everything but some texts."""
        return self._at(np.flatnonzero(~self._of(documents)))

    def only(self, documents: set[int]) -> Segment:
        """Nothing but some texts."""
        return self._at(np.flatnonzero(self._of(documents)))

    def _of(self, documents: set[int]) -> NDArray[np.bool_]:
        return np.isin(self.document, np.fromiter(documents, np.int64))

    def _at(self, places: NDArray[np.intp]) -> Segment:
        return Segment(
            self.near[places], self.far[places], self.following[places], self.document[places]
        )


def empty() -> Segment:
    """No positions."""
    keys = np.empty(0, np.uint64)
    return Segment(keys, keys, np.empty(0, np.int32), np.empty(0, np.int64))


def of_texts(texts: Sequence[tuple[int, Text]]) -> Segment:
    """Every position of texts, given by number and tokens, but the first of each: it is the
    document start. Not sorted."""
    nothing = np.full(ORDER, _NOTHING, np.uint64)
    padded = ((nothing, np.asarray(tokens, np.uint64)) for _, tokens in texts)
    flat = np.concatenate([*chain.from_iterable(padded)])
    lengths = np.asarray([len(tokens) for _, tokens in texts])
    starts = np.cumsum(lengths + ORDER) - lengths
    is_token = np.ones(len(flat), np.bool_)
    for place in range(ORDER + 1):  # what pads a text, and its first token
        is_token[starts - place] = False
    places = np.flatnonzero(is_token)
    windows = np.lib.stride_tricks.sliding_window_view(flat, ORDER)[places - ORDER]
    documents = np.repeat(np.asarray([number for number, _ in texts], np.int64), lengths - 1)
    near, far = _packed(windows[:, _PER_KEY:]), _packed(windows[:, :_PER_KEY])
    return Segment(near, far, flat[places].astype(np.int32), documents)


def combined(segments: Sequence[Segment]) -> Segment:
    """All positions of several segments (which need not be sorted), sorted."""
    near = np.concatenate([segment.near for segment in segments])
    far = np.concatenate([segment.far for segment in segments])
    order = np.lexsort((far, near))
    return Segment(
        near[order],
        far[order],
        np.concatenate([segment.following for segment in segments])[order],
        np.concatenate([segment.document for segment in segments])[order],
    )


def context_keys(context: Sequence[int]) -> Keys:
    """The last `ORDER` tokens before a position, packed: near and far."""
    window = np.full(ORDER, _NOTHING, np.uint64)
    last = context[-ORDER:]
    window[ORDER - len(last) :] = last
    return np.concatenate([_packed(window[None, _PER_KEY:]), _packed(window[None, :_PER_KEY])])


def unpacked(key: int) -> tuple[int, ...] | None:
    """The three tokens of a key, in the order of the text; None if a text begins within them."""
    tokens = tuple((key >> (_BITS * place)) & _NOTHING for place in range(_PER_KEY))
    return None if _NOTHING in tokens else tokens


def _packed(windows: Keys) -> Keys:
    key = np.zeros(len(windows), np.uint64)
    for place in range(_PER_KEY):
        key |= windows[:, place] << np.uint64(_BITS * place)
    return key


def _bounds(context: Keys, order: int) -> tuple[int, int]:
    """The keys between which the wanted number of tokens agrees."""
    key = int(context[(order - 1) // _PER_KEY])
    known = (order - 1) % _PER_KEY + 1
    free = _BITS * (_PER_KEY - known)
    low = key >> free << free
    return low, low + (1 << free)
