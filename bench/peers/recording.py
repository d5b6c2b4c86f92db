"""Every peer is asked once at every caret; what of its guesses is shown is then counted by a rule.

So each can be given the rule that suits it: on tune authors, the one that saves most while six
suggestions in ten are right.
"""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product, zip_longest

from bench.peers.peer import Guess, Peer
from bench.study_data import FILES, authors
from plm_engine.evaluation.keystrokes import Tally, replay
from plm_engine.evaluation.study import Document, Split

PRECISION = 0.6
KNOWN = 300
"""Texts learned before the first that is judged, at most."""
JUDGED = 3
LEARNED_CHARS = 2_000
JUDGED_CHARS = 300
_THRESHOLDS = 50
_PLACES = ((0, math.inf), (1, math.inf), (2, math.inf), (3, math.inf), (0, 0))
"""Least and most letters typed."""
_LETTERS = re.compile(r"\w*$")


@dataclass(frozen=True, slots=True)
class Rule:
    """Which guesses are shown."""

    threshold: float
    """Least confidence."""
    letters: int = 0
    """Least letters typed of the word: some peers are of use only within one."""
    most: float = math.inf
    """Most letters typed: others only between words."""

    def shown(self, guess: Guess, before: str) -> str:
        """The guess, or nothing."""
        if guess.confidence < self.threshold:
            return ""
        typed = _LETTERS.search(before)
        return guess.text if typed and self.letters <= len(typed[0]) <= self.most else ""


SILENT = Rule(math.inf)


@dataclass(frozen=True, slots=True)
class Author:
    """Texts in the order of time."""

    known: Sequence[str]
    judged: Sequence[str]
    """Learned too, once they are judged."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a peer guesses at every caret of one text."""

    text: str
    guesses: Sequence[Guess]
    """After so many characters."""
    seconds: Sequence[float]
    """For each."""

    def tally(self, rule: Rule) -> Tally:
        """As if only these guesses were shown."""
        return replay(self.text, lambda before: rule.shown(self.guesses[len(before)], before))


def record(peer: Peer, author: Author) -> Iterator[Recording]:
    """Ask at every caret of every judged text."""
    for text in judged(peer, author):
        peer.suggest(text[:1])  # what is put off until the first question is no part of its time
        guesses, seconds = [], []
        for place in range(len(text)):
            started = time.perf_counter()
            guesses.append(peer.suggest(text[:place]))
            seconds.append(time.perf_counter() - started)
        yield Recording(text, guesses, seconds)


def judged(peer: Peer, author: Author) -> Iterator[str]:
    """Beginnings of texts, each when the peer knows what came before and nothing of it."""
    peer.restart()
    for text in author.known:
        peer.learn(text[:LEARNED_CHARS])
    for text in author.judged:
        yield text[:JUDGED_CHARS]
        peer.learn(text[:LEARNED_CHARS])


def total(recordings: Sequence[Recording], rule: Rule) -> Tally:
    """All texts together."""
    return sum((recording.tally(rule) for recording in recordings), Tally())


def choose_rule(recordings: Sequence[Recording], precision: float = PRECISION) -> Rule:
    """The one that saves most among those that are precise enough; silence if none is."""
    best, saved = SILENT, 0.0
    for place, threshold in product(_PLACES, _thresholds(recordings)):
        rule = Rule(threshold, *place)
        counted = total(recordings, rule)
        if counted.precision_shown >= precision and counted.keystrokes_saved > saved:
            best, saved = rule, counted.keystrokes_saved
    return best


def _thresholds(recordings: Sequence[Recording]) -> list[float]:
    """Confidences that occur, ascending; if they are many, evenly spread among all guesses."""
    seen = [guess.confidence for one in recordings for guess in one.guesses if guess.text]
    seen.sort()
    step = max(1, len(seen) // _THRESHOLDS)
    return sorted({*seen[::step], *seen[-1:]})


def sample_authors(split: Split, count: int) -> list[Author]:
    """So many authors, taken from the collections in turn."""
    piles = [_shuffled(name, split) for name in FILES]
    turns = [author for turn in zip_longest(*piles) for author in turn if author]
    texts = [[document.text for document in author[-KNOWN - JUDGED :]] for author in turns[:count]]
    return [Author(one[:-JUDGED], one[-JUDGED:]) for one in texts]


def _shuffled(name: str, split: Split) -> list[list[Document]]:
    """A collection's authors who wrote enough, in the same arbitrary order every time."""
    able = [author for author in authors(name, split) if len(author) > JUDGED]
    return random.Random(f"peers {name}").sample(able, len(able))
