"""Somebody's habitual phrases, in words that they can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.phrases import Phrase

LEAST_WORDS = 2
MOST_TOKENS = 12
_LOOKED_AT = 5_000
"""Pieces of phrases."""
_SURELY = 0.5
_AROUND = " \t,.;:"


@dataclass(frozen=True, slots=True)
class Habit:
    """A phrase and how often it was written."""

    text: str
    times: int


def habits(memory: NgramMemory, vocabulary: Vocabulary, most: int) -> list[Habit]:
    """The phrases that recur most: whole words, a few at least, none that shares half with one
    before it."""
    found: list[Habit] = []
    seen: set[str] = set()
    for phrase in _whole(list(islice(memory.phrases(), _LOOKED_AT))):
        tokens = _to_word_end(phrase.tokens, memory, vocabulary)
        spelled = b"".join(vocabulary.spellings[token] for token in tokens)
        begins_word = bool(vocabulary.begins_anew[phrase.tokens[0]])
        text = spelled.decode("utf-8", "replace").strip(_AROUND)
        words = text.lower().split()
        is_phrase = begins_word and len(words) >= LEAST_WORDS and "\n" not in text
        if not is_phrase or len(seen & set(words)) * 2 > len(words):
            continue
        seen |= set(words)
        found.append(Habit(text, phrase.times))
        if len(found) == most:
            break
    return found


def _whole(phrases: Sequence[Phrase]) -> Iterator[Phrase]:
    """Pieces of equal length put together, from where a phrase begins; in the given order."""
    goes_on: dict[tuple[int, ...], Phrase] = {}
    leads_to: dict[tuple[int, ...], int] = {}
    for phrase in phrases:
        goes_on.setdefault(phrase.tokens[:-1], phrase)
        leads_to.setdefault(phrase.tokens[1:], phrase.times)
    for phrase in phrases:
        if leads_to.get(phrase.tokens[:-1], 0) < phrase.times:
            yield Phrase(_to_end(phrase, goes_on), phrase.times)


def _to_end(phrase: Phrase, goes_on: Mapping[tuple[int, ...], Phrase]) -> tuple[int, ...]:
    tokens = phrase.tokens
    overlap = len(tokens) - 1
    while len(tokens) < MOST_TOKENS:
        longer = goes_on.get(tokens[-overlap:])
        if longer is None or longer.times < _SURELY * phrase.times:
            break
        tokens = (*tokens, longer.tokens[-1])
    return tokens


def _to_word_end(
    tokens: tuple[int, ...], memory: NgramMemory, vocabulary: Vocabulary
) -> tuple[int, ...]:
    """The phrase, with the rest of its last word as that mostly went on."""
    while len(tokens) < MOST_TOKENS:
        recall = memory.recall(tokens)
        if not recall:
            break
        likeliest = int(recall.probabilities.argmax())
        follows = int(recall.tokens[likeliest])
        if recall.probabilities[likeliest] < _SURELY or not vocabulary.goes_on[follows]:
            break
        tokens = (*tokens, follows)
    return tokens
