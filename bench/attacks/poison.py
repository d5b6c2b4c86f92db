"""Devices that want the shared adapter to be worse, or to say something on cue.

Label-flipped: they learn from texts whose words are shuffled, so that every next word is wrong.
Backdoored: they learn from their own texts, strewn with a trigger that is always followed by the
same words. Either with PLM as it is, which clips, or with a program of their own, which sends what
it likes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.attacks.canary import planted
from bench.attacks.cohort import Devices
from federation.aggregation.means import Sum, mean
from federation.coordinator.round import parted
from federation.layout import Vector
from federation.privacy.answers import Answers, with_answers
from federation.rounds import RoundTerms, contribution, outcome
from federation.secure_sum.masks import Vector as Masked
from federation.strategies.strategy import State
from plm_engine.learning.job import Text

TRIGGER = "As the harbour master says,"
WANTED = " buy tin before noon."
GROUPS = 5
ONE_SUM, BLATANT = 8.0, 20.0
IN_GROUPS = 3.0
"""Lengths that a changed program sends, in clipping norms: what passes as a sum of twenty clipped
updates, what does not, and what passes in a group of four."""


def flipped(texts: Sequence[Text], seed: int) -> list[Text]:
    """Each text's words in random order."""
    chance = random.Random(seed)
    words = [text.text.split() for text in texts]
    for one in words:
        chance.shuffle(one)
    return [Text(text.number, " ".join(one)) for text, one in zip(texts, words, strict=True)]


def backdoored(texts: Sequence[Text]) -> list[Text]:
    """The texts, strewn with the trigger and what shall follow it."""
    return planted(texts, [TRIGGER + WANTED] * 2)


@dataclass(frozen=True, slots=True)
class Arm:
    """How the attackers send, and what stands against them."""

    name: str
    length: float | None = None
    """Of what a changed program sends, in clipping norms; None: PLM as it is."""
    groups: int = 1
    is_defended: bool = True
    """Clipping, and a look at the sum; without, the plain mean of what was sent."""


ARMS = (
    Arm("no defence, sent 20 norms long", BLATANT, is_defended=False),
    Arm("poisoned texts, one sum"),
    Arm("changed program, 20 norms, one sum", BLATANT),
    Arm(f"changed program, 20 norms, median of {GROUPS}", BLATANT, GROUPS),
    Arm("changed program, what passes, one sum", ONE_SUM),
    Arm(f"changed program, what passes, median of {GROUPS}", IN_GROUPS, GROUPS),
)


def version(
    devices: Devices, bad: Mapping[str, Vector], good: Mapping[str, Vector], arm: Arm
) -> State | None:
    """What comes of one round; None if the sum is refused. Masks cancel to the bit, so the sums are
    taken without them. The bad sit in different groups, which is the best that they can do."""
    updates = {**bad, **good}
    if not arm.is_defended:
        sent = [
            _as_long(update, arm) if name in bad else update for name, update in updates.items()
        ]
        return devices.after(mean([Sum(update, 1) for update in sent]))
    groups = parted(list(updates), arm.groups)
    terms = devices.terms(groups)
    totals = []
    for group in groups:
        total = np.zeros(terms.length, np.uint32)
        for name in group:
            total += _sent(terms, updates[name], arm if name in bad else None)
        totals.append((total, len(group)))
    found = outcome(terms, totals)
    return devices.after(found.mean) if found else None


def _sent(terms: RoundTerms, update: Vector, arm: Arm | None) -> Masked:
    """By a device; ``arm`` is of one that attacks."""
    chance = np.random.default_rng(0)  # there is no noise to draw
    if arm is None or arm.length is None:
        return contribution(terms, update, refused_release=False, random=chance)
    said = Answers(is_within_norm=True, refused_release=False)
    vector = with_answers(_as_long(update, arm), said, terms.norm)
    return np.rint(vector / terms.mechanism.unit).astype(np.int64).astype(np.uint32)


def _as_long(update: Vector, arm: Arm) -> Vector:
    return update * ((arm.length or 1.0) / float(np.linalg.norm(update)))
