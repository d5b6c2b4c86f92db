"""Devices that want the shared adapter to be worse, or to say something on cue.

Label-flipped: they learn from texts whose words are shuffled, so that every next word is wrong.
Backdoored: they learn from their own texts, strewn with a trigger that is always followed by the
same words. Reversed: they send the opposite of what they learned. Either with PLM as it is, which
clips, or with a program of their own, which sends what it likes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.attacks.canary import planted
from bench.attacks.cohort import NORM, Devices
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
LONG = 20.0
"""Of what a changed program sends, in clipping norms: as long as all twenty together may be."""
STEP = 0.5


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
    is_changed: bool = True
    """They send with a program of their own."""
    must_pass: bool = False
    """It sends the longest that is not left out; it knows what all others send."""
    groups: int = 1
    is_defended: bool = True
    """Clipping, and a look at the sum; without, the plain mean of what was sent."""


ARMS = (
    Arm("no defence, changed program, the mean is theirs", is_defended=False),
    Arm("PLM as it is, one sum", is_changed=False),
    Arm(f"changed program, {LONG:g} norms, one sum"),
    Arm(f"changed program, {LONG:g} norms, median of {GROUPS}", groups=GROUPS),
    Arm("changed program, what passes, one sum", must_pass=True),
    Arm(f"changed program, what passes, median of {GROUPS}", must_pass=True, groups=GROUPS),
)


@dataclass(frozen=True, slots=True)
class Round:
    """With these updates, before anything is clipped. Masks cancel to the bit, so sums are taken
    without them. The bad sit in different groups, which is the best that they can do."""

    devices: Devices
    bad: Mapping[str, Vector]
    good: Mapping[str, Vector]

    def version(self, arm: Arm) -> tuple[State | None, float]:
        """What comes of it, None if the sum is refused; and how long the bad vectors were."""
        if not arm.is_defended:
            return self._undefended()
        groups = parted([*self.bad, *self.good], arm.groups)
        terms = self.devices.terms(groups)
        honest = {name: _sent(terms, one, None) for name, one in self.good.items()}
        lengths = np.arange(LONG, 0, -STEP) if arm.must_pass else [LONG if arm.is_changed else None]
        for length in lengths:
            bad = {name: _sent(terms, one, length) for name, one in self.bad.items()}
            found = outcome(terms, [(_total(group, honest | bad), len(group)) for group in groups])
            if found and not found.left_out:
                break
        return self.devices.after(found.mean) if found else None, float(length or NORM)

    def _undefended(self) -> tuple[State, float]:
        """So loud that what they learned stands in the mean as it is, beside the others' share."""
        times = (len(self.bad) + len(self.good)) / len(self.bad)
        loud = [times * one for one in self.bad.values()]
        found = mean([Sum(one, 1) for one in (*loud, *self.good.values())])
        return self.devices.after(found), float(np.linalg.norm(loud[0])) / NORM


def _total(group: Sequence[str], sent: Mapping[str, Masked]) -> Masked:
    """Modulo 2^32."""
    total: Masked = np.sum([sent[name] for name in group], axis=0, dtype=np.uint32)
    return total


def _sent(terms: RoundTerms, update: Vector, length: float | None) -> Masked:
    """By a device; with a program of its own, so many norms long."""
    if length is None:
        chance = np.random.default_rng(0)  # there is no noise to draw
        return contribution(terms, update, refused_release=False, random=chance)
    said = Answers(is_within_norm=True, refused_release=False)
    vector = with_answers(_as_long(update, length * terms.norm), said, terms.norm)
    return np.rint(vector / terms.mechanism.unit).astype(np.int64).astype(np.uint32)


def _as_long(update: Vector, length: float) -> Vector:
    return update * (length / float(np.linalg.norm(update)))
