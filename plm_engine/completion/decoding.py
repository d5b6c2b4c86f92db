"""Greedy decoding, one token at a time, first under the constraint of the letters typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plm_engine.completion.choosing import Chooser
from plm_engine.runtime.cache import KeyValueCache, Logits


@dataclass(frozen=True, slots=True)
class Step:
    """One token chosen."""

    token: int
    probability: float
    """Among the tokens that agree with what is typed; 1 if it spells nothing new, as what is
    typed is certain."""
    new: bytes
    """What it spells beyond the typed letters."""


def decode(cache: KeyValueCache, logits: Logits, typed: bytes, chooser: Chooser) -> Iterator[Step]:
    """Choose the likeliest token, again and again; each is read only when one more is asked for.

    Ends by itself when the cache is full or the letters cannot be spelled.
    """
    rest = typed
    while True:
        choice = chooser.choose(logits, cache.tokens, rest)
        if choice is None:
            return
        spelling = chooser.vocabulary.spellings[choice.token]
        new = spelling[len(rest) :]
        yield Step(choice.token, choice.probability if new else 1.0, new)
        rest = rest[len(spelling) :]
        if len(cache.tokens) >= cache.capacity:
            return
        logits = cache.read([choice.token])[0]
