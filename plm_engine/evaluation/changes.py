"""Where what was learned changes the predictions most, in words that their author can read."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from plm_engine.completion.choosing import Distribution
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.evaluation.surprise import predictions
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal

MAX_TOKENS = 256
"""Of each text."""
_SHOWN_CHARS = 40
"""Of what stands in front of a word."""
_LEAST_LETTERS = 3
_LEAST = 1e-30

IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Change:
    """A word of a text, and its chance without and with what was learned."""

    before: str
    """What stands in front of it, as far as it helps to recognise the place."""
    word: str
    chance_before: float
    chance_after: float


def changes(
    engine: CompletionEngine,
    texts: Sequence[str],
    personal: Personal,
    most: int,
    is_cancelled: IsCancelled = lambda: False,
) -> list[Change]:
    """The words that became more probable by most; each word once. Empty when cancelled."""
    found: list[Change] = []
    for text in texts:
        without = list(_chances(engine, text, NOTHING_LEARNED, is_cancelled))
        with_it = list(_chances(engine, text, personal, is_cancelled))
        if is_cancelled():
            return []
        found += _words(engine.vocabulary, text, without, with_it)
    found.sort(key=lambda change: change.chance_before - change.chance_after)
    distinct = {change.word: change for change in reversed(found)}
    gained = (one for one in found if distinct[one.word] is one and _is_gain(one))
    return list(gained)[:most]


def _is_gain(change: Change) -> bool:
    return change.chance_after > change.chance_before


def _chances(
    engine: CompletionEngine, text: str, personal: Personal, is_cancelled: IsCancelled
) -> Iterator[float]:
    """Natural logarithm of the chance of each token."""
    ids = engine.vocabulary.encode(text).ids[:MAX_TOKENS]
    read = [engine.vocabulary.document_start, *ids]
    for first, logits in predictions(engine.session, read[:-1], personal):
        if is_cancelled():
            return
        for offset, row in enumerate(logits):
            shares = Distribution.of(row, None).shares
            yield math.log(max(float(shares[read[first + offset + 1]]), _LEAST))


def _words(
    vocabulary: Vocabulary, text: str, without: Sequence[float], with_it: Sequence[float]
) -> Iterator[Change]:
    encoding = vocabulary.encode(text)
    ids, offsets = encoding.ids[:MAX_TOKENS], encoding.offsets
    starts = [place for place, token in enumerate(ids) if vocabulary.begins_anew[token]]
    for start, end in pairwise(starts[1:]):
        begins = offsets[start][0]
        word = text[begins : offsets[end - 1][1]].strip()
        if len(word) < _LEAST_LETTERS or not word.isalpha():
            continue
        yield Change(
            before=_in_front(text[:begins]),
            word=word,
            chance_before=math.exp(sum(without[start:end])),
            chance_after=math.exp(sum(with_it[start:end])),
        )


def _in_front(text: str) -> str:
    """Whole words, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARS else line[-_SHOWN_CHARS:].partition(" ")[2]
