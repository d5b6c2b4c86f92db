"""From decoded tokens to whole words: where a suggestion may be cut, and where it must stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from plm_engine.completion.decoding import Step
from plm_engine.completion.vocabulary import begins_anew

_SENTENCE_ENDS = (".", "!", "?", "…")
_FIRST_NON_ASCII = 0x80
_PUNCTUATION_FROM = 0.7
"""A comma that nobody wants spoils a word that is right, so it is left to the author more often
than not."""


@dataclass(frozen=True, slots=True)
class WholeWords:
    """What can be shown: it ends where a word ends."""

    text: str
    words: int
    probability: float
    """That all of it is right and that it ends there, as far as the model knows."""
    ends: bool
    """A sentence or the text ends here."""


IsSure = Callable[[int, float], bool]
"""Whether it is worth going on, after so many words, with what is spelled so far being right with
this probability."""


def whole_words(
    steps: Iterable[Step], *, is_sure: IsSure, control: frozenset[int]
) -> Iterator[WholeWords]:
    """Yield longer and longer beginnings of what the steps spell, each cut after a whole word.

    Stops at a line or text end, and before the word in which ``is_sure`` no longer holds. A word
    is known to be whole only when the next token begins another.
    """
    spelled, probability, words = b"", 1.0, 0
    for step in steps:
        ends = step.token in control or b"\n" in step.new
        if spelled.strip() and (ends or begins_anew(step.new)):
            words += _is_word(spelled)
            cut = _cut(spelled, words, probability * step.begins_anew, ends)
            if cut is None:
                return
            yield cut
            if cut.ends or (_is_attached(step.new) and step.probability < _PUNCTUATION_FROM):
                return
        probability *= step.probability
        if ends or not is_sure(words, probability):
            return
        spelled += step.new


def _is_word(spelled: bytes) -> bool:
    """Whether the last byte is part of a word rather than space or punctuation."""
    return spelled[-1] >= _FIRST_NON_ASCII or chr(spelled[-1]).isalnum()


def _is_attached(spelling: bytes) -> bool:
    """Whether it is punctuation that follows a word without a space."""
    return not spelling[:1].isspace()


def _cut(spelled: bytes, words: int, probability: float, ends: bool) -> WholeWords | None:
    try:
        text = spelled.decode("utf-8")
    except UnicodeDecodeError:
        return None
    ends = ends or text.endswith(_SENTENCE_ENDS)
    return WholeWords(text, words, probability, ends)
