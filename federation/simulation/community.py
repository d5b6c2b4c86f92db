"""Authors as members of a community: what each learns from, and what each is judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plm_engine.learning.job import Text
from plm_engine.learning.selection import newest

LEARNED_CHARS = 40_000
"""Of each author, the newest; about 10,000 tokens."""
HELD_OUT = 12
"""Newest texts of each author that nobody learns from; half of them are for weighing adapters."""
LEAST_TEXTS = 2 * HELD_OUT


@dataclass(frozen=True, slots=True)
class Author:
    """One author."""

    name: str
    texts: Sequence[Text]
    """To learn from, in the order of time."""
    held_out: Sequence[Text]
    """Written after them."""


def members(authors: Mapping[str, Sequence[str]], held_out: int = HELD_OUT) -> list[Author]:
    """Those authors, by name, who wrote enough; the texts of each in the order of time."""
    found = []
    for name, texts in sorted(authors.items()):
        numbered = [Text(number, text) for number, text in enumerate(texts)]
        if len(numbered) >= LEAST_TEXTS:
            learned = newest(numbered[:-held_out], LEARNED_CHARS)
            found.append(Author(name, learned, numbered[-held_out:]))
    return found
