"""Where a soft prompt begins: with what the user writes most often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

LENGTH = 4
"""Tokens of a phrase."""


def frequent_phrases(texts: Sequence[Sequence[int]], tokens: int) -> list[int]:
    """So many tokens: the phrases that recur most, then simply what was written last.

    Texts are given from their document start on, the newest last. Empty if there are too few.
    """
    phrases = Counter(
        tuple(text[place : place + LENGTH])
        for text in texts
        for place in range(1, len(text) - LENGTH + 1)
    )
    chosen: list[int] = []
    for phrase, times in phrases.most_common():
        if times == 1 or len(chosen) + LENGTH > tokens:
            break
        if not set(phrase) & set(chosen):
            chosen += phrase
    written = [token for text in texts for token in text[1:]]
    missing = tokens - len(chosen)
    return [*written[len(written) - missing :], *chosen] if missing <= len(written) else []
