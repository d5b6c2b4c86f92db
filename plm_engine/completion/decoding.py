"""Greedy decoding, one token at a time, first under the constraint of the letters typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.runtime.cache import KeyValueCache, Logits


@dataclass(frozen=True, slots=True)
class Step:
    """One token chosen."""

    token: int
    probability: float
    """Among the tokens that agree with what is typed."""
    new: bytes
    """What it spells beyond the typed letters."""


def decode(
    cache: KeyValueCache, logits: Logits, typed: bytes, vocabulary: Vocabulary
) -> Iterator[Step]:
    """Choose the likeliest token, again and again; each is read only when one more is asked for.

    Ends by itself when the cache is full or the letters cannot be spelled.
    """
    rest = typed
    while True:
        choice = _choose(logits, rest, vocabulary)
        if choice is None:
            return
        token, probability = choice
        spelling = vocabulary.spellings[token]
        yield Step(token, probability, spelling[len(rest) :])
        rest = rest[len(spelling) :]
        if len(cache.tokens) >= cache.capacity:
            return
        logits = cache.read([token])[0]


def _choose(logits: Logits, rest: bytes, vocabulary: Vocabulary) -> tuple[int, float] | None:
    if not rest:
        best = int(logits.argmax())
        return best, float(1 / np.exp(logits - logits[best]).sum())
    able = vocabulary.able_to_spell(rest)
    if not able.size:
        return None
    scores = logits[able]
    best = int(scores.argmax())
    return int(able[best]), float(1 / np.exp(scores - scores[best]).sum())
