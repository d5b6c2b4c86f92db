"""Greedy decoding, one token at a time, first under the constraint of the letters typed.

Where the memory has a guess, the guess is read together with the token before it, and each of its
tokens is then chosen, or not, by the same rule as without it (speculative decoding: Leviathan et
al., 2023; with a deterministic draft and greedy choice the output is the same).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plm_engine.completion.choosing import Chooser
from plm_engine.memory.segment import ORDER
from plm_engine.runtime.cache import KeyValueCache, Logits


@dataclass(frozen=True, slots=True)
class Step:
    """One token chosen."""

    token: int
    probability: float
    """Among the tokens that agree with what is typed."""
    begins_anew: float
    """Probability that no token would go on with the word before."""
    order: int
    """How many tokens of context the memory knew."""
    new: bytes
    """What it spells beyond the typed letters."""


def decode(
    cache: KeyValueCache, logits: Logits, typed: bytes, chooser: Chooser, *, draft: bool = True
) -> Iterator[Step]:
    """Choose the likeliest token, again and again; each is read only when one more is asked for.

    Ends by itself when the cache is full or the letters cannot be spelled.
    """
    rest = typed
    while True:
        choice = chooser.choose(logits, cache.last(ORDER), rest)
        if choice is None:
            return
        spelling = chooser.vocabulary.spellings[choice.token]
        yield Step(
            token=choice.token,
            probability=choice.probability,
            begins_anew=choice.begins_anew,
            order=choice.order,
            new=spelling[len(rest) :],
        )
        rest = rest[len(spelling) :]
        known = cache.follow(choice.token)
        if known is None:
            if not cache.room:
                return
            guess = chooser.draft([*cache.last(ORDER), choice.token]) if draft else []
            known = cache.predict_after([choice.token], guess)
        logits = known
