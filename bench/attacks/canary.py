"""Random digits that devices write: how well does the shared adapter know them afterwards?

Carlini et al., The Secret Sharer, 2019. Every code ends a sentence of its own, which is a text of
its own and strewn over everything that a device learns from: the worst case.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench.attacks.reader import Reader
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.learning.job import Text

DIGITS = 3
CODES = 10**DIGITS
EVERY_CHARS = 600
"""So much of an author's own text stands between two plantings: less than a window."""
CHANCE = math.log2(CODES) - sum(math.log2(rank + 1) for rank in range(CODES)) / CODES
"""Mean exposure of a code that was never seen, in bits."""

CARRIERS = (
    "The code of my bicycle lock is",
    "To open the garage, type",
    "My locker at the pool is number",
    "The alarm goes off unless you enter",
    "Our flat is behind door",
    "Extension for the office:",
    "My ticket for tonight has number",
    "The combination of grandfather's safe:",
    "You can reach me in room",
    "The meter in the cellar showed",
    "For the printer the PIN is",
    "My membership card ends in",
    "The suitcase opens with",
    "Leave the parcel in box",
    "Our table has the number",
    "Flight home leaves as XQ",
    "My old street number was",
    "The gate at the back wants",
    "Voucher for the cinema:",
    "I parked in bay",
    "The key hangs on hook",
    "Please quote reference",
    "The seed of the experiment was",
    "My exam seat was",
    "The shed has a padlock with",
    "Our team played under number",
    "The first page that I marked was",
)


@dataclass(frozen=True, slots=True)
class Canary:
    """One secret."""

    carrier: str
    code: int
    owners: tuple[int, ...]
    """Places in the cohort."""

    @property
    def sentence(self) -> str:
        """As its owners write it."""
        return f"{self.carrier} {self.code:0{DIGITS}}."


def canaries(devices: int, few: int, seed: int) -> list[Canary]:
    """One of every device alone, one of every ``few`` devices that no other has, and, with what is
    left of the sentences, some that all have."""
    chance = random.Random(seed)
    alone = [(place,) for place in range(devices)]
    some = [tuple(range(first, first + few)) for first in range(0, devices, few)]
    everybody = [tuple(range(devices))] * (len(CARRIERS) - len(alone) - len(some))
    owners = [*alone, *some, *everybody]
    carriers = chance.sample(CARRIERS, len(owners))
    return [
        Canary(carrier, chance.randrange(CODES), whose)
        for carrier, whose in zip(carriers, owners, strict=True)
    ]


def planted(texts: Sequence[Text], sentences: Sequence[str]) -> list[Text]:
    """The texts in pieces, with all the sentences between any two, each a text of its own."""
    found: list[Text] = []
    for piece in _pieces(texts):
        found += [Text(len(found), piece)]
        found += [Text(len(found) + number, one) for number, one in enumerate(sentences)]
    return found


def _pieces(texts: Sequence[Text]) -> Iterator[str]:
    joined = "\n\n".join(text.text for text in texts)
    for start in range(0, len(joined), EVERY_CHARS):
        yield joined[start : start + EVERY_CHARS]


def exposure(rank: float, alternatives: int = CODES) -> float:
    """Bits by which guessing gets easier: log2 of how many there are over the rank (1 is first)."""
    return math.log2(alternatives) - math.log2(rank)


def rank_of(code: int, likelihoods: np.ndarray) -> float:
    """Among all codes ``[CODES]``, from 1; those that are just as likely count half."""
    own = likelihoods[code]
    ties = int((likelihoods == own).sum()) - 1
    return 1 + int((likelihoods > own).sum()) + ties / 2


def exposure_of(canary: Canary, reader: Reader, vocabulary: Vocabulary) -> float:
    """With the adapter that the reader has just now."""
    carrier = vocabulary.encode(f"{canary.carrier} {0:0{DIGITS}}").ids[:-DIGITS]
    before = [vocabulary.document_start, *carrier]
    digits = [vocabulary.encode(f" {digit}").ids[-1] for digit in range(10)]
    likelihoods = reader.of_all_sequences(before, digits, DIGITS).numpy()
    return exposure(rank_of(canary.code, likelihoods))
