"""What suggestions would have saved somebody who wrote a text that we have.

The text is typed character by character. When a suggestion is visible whose first word is what was
written next, the simulated author takes the longest beginning of whole words that agrees, with one
key. One key a character otherwise. A suggestion stays while what is typed agrees with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Suggest = Callable[[str], str]
"""What is shown after this text; empty for nothing."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Guess:
    """A suggestion held against what was written: numbers only."""

    length: int
    """Characters of the suggestion."""
    agreed: int
    """Length of its longest beginning of whole words that was written."""
    common: int
    """Length of its longest beginning that was written."""
    confidence: float = 1.0


GuessAt = Callable[[int], Guess | None]
"""What is suggested at a place of the text, if anything."""


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
    return type_through(text, lambda place: held_against(suggest(text[:place]), text[place:]))


def type_through(text: str, guess_at: GuessAt) -> Tally:
    """Type one text, with guesses that may be known already."""
    place, keys, shown, right = 0, 0, 0, 0
    visible = [False] * (len(text) + 1)
    while place < len(text):
        guess = guess_at(place)
        if guess is None:
            place, keys = place + 1, keys + 1
            continue
        shown += 1
        right += guess.agreed > 0
        # Every character that agrees but the words taken with one key, and the one that does not.
        disagrees = guess.common < guess.length
        typed = guess.common + disagrees
        visible[place : place + typed] = [True] * typed
        keys += (guess.agreed > 0) + typed - guess.agreed
        place += typed
    spans = [match.span() for match in _WORD.finditer(text)]
    ends = [0, *(end for _, end in spans)]
    covered = sum(
        any(visible[end : start + 1]) for end, (start, _) in zip(ends, spans, strict=False)
    )
    # A text may end within a suggestion: what would be typed beyond it is not.
    return Tally(len(text), keys - (place - len(text)), shown, right, len(spans), covered)


def held_against(suggestion: str, written: str, confidence: float = 1.0) -> Guess | None:
    """A suggestion, if there is one, as numbers."""
    if not suggestion:
        return None
    differs = (
        place
        for place, pair in enumerate(zip(suggestion, written, strict=False))
        if pair[0] != pair[1]
    )
    common = next(differs, min(len(suggestion), len(written)))
    return Guess(len(suggestion), agreement(suggestion, written), common, confidence)


def agreement(suggestion: str, written: str) -> int:
    """Length of the longest beginning of whole words of one that the other begins with."""
    longest = 0
    for word in _WORD.finditer(suggestion):
        end = word.end()
        if written[:end] != suggestion[:end] or _goes_on(written, end):
            break
        longest = end
    return longest


def _goes_on(written: str, end: int) -> bool:
    """Whether the word at ``end`` is longer in what was written."""
    return written[end - 1].isalnum() and written[end : end + 1].isalnum()
