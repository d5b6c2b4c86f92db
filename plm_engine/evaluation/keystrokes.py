"""What a completion engine would have saved somebody who wrote a text that we have.

The text is typed character by character. When a suggestion is visible whose first word is what was
written next, the simulated author takes the longest beginning of whole words that agrees, with one
key. One key a character otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Suggest = Callable[[str], str]
"""What is shown after this text; empty for nothing."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over any number of texts; they add up."""

    chars: int = 0
    keys: int = 0
    shown: int = 0
    """Suggestions that appeared; one that is typed through counts once."""
    right: int = 0
    """Of them, those whose first word was what came next."""
    words: int = 0
    covered: int = 0
    """Words before whose first letter a suggestion was visible."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.chars + other.chars,
            self.keys + other.keys,
            self.shown + other.shown,
            self.right + other.right,
            self.words + other.words,
            self.covered + other.covered,
        )

    @property
    def keystrokes_saved(self) -> float:
        """1 - keys pressed / characters."""
        return 1 - self.keys / self.chars if self.chars else 0.0

    @property
    def precision_shown(self) -> float:
        """Share of suggestions whose first word agrees."""
        return self.right / self.shown if self.shown else 0.0

    @property
    def coverage(self) -> float:
        """Share of word positions with a suggestion."""
        return self.covered / self.words if self.words else 0.0


def replay(text: str, suggest: Suggest) -> Tally:
    """Type one text. ``suggest`` is asked whenever nothing that still fits is visible."""
    place, keys, shown, right, ghost = 0, 0, 0, 0, ""
    visible = [False] * (len(text) + 1)
    while place < len(text):
        if not ghost:
            ghost = suggest(text[:place])
            shown += bool(ghost)
            right += agreement(ghost, text[place:]) > 0
        taken = agreement(ghost, text[place:])
        length = taken or 1
        if ghost:
            visible[place : place + max(taken, 1)] = [True] * max(taken, 1)
        typed = text[place : place + length]
        ghost = ghost[length:] if ghost.startswith(typed) else ""
        place += length
        keys += 1
    spans = [match.span() for match in _WORD.finditer(text)]
    ends = [0, *(end for _, end in spans)]
    covered = sum(
        any(visible[end : start + 1]) for end, (start, _) in zip(ends, spans, strict=False)
    )
    return Tally(len(text), keys, shown, right, len(spans), covered)


def agreement(ghost: str, written: str) -> int:
    """Length of the longest beginning of whole words of ``ghost`` that ``written`` begins with."""
    longest = 0
    for word in _WORD.finditer(ghost):
        end = word.end()
        if written[:end] != ghost[:end] or _goes_on(written, end):
            break
        longest = end
    return longest


def _goes_on(written: str, end: int) -> bool:
    """Whether the word at ``end`` is longer in what was written."""
    return written[end - 1].isalnum() and written[end : end + 1].isalnum()
