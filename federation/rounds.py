"""One round's arithmetic, on the device and on the coordinator; what lies between is only a sum.

A cohort is parted into sub-cohorts, each of which is summed by itself: so the coordinator can take
the median of their means, and who sends garbage spoils one of them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np

from federation.aggregation.means import Sum, robust_mean
from federation.layout import Vector
from federation.privacy.answers import (
    COUNT,
    LENGTHENS,
    Answers,
    Shares,
    apart,
    rounding,
    uncertainty,
    with_answers,
)
from federation.privacy.clipping import clipped, is_within
from federation.privacy.mechanism import Mechanism
from federation.secure_sum.masks import Vector as Masked
from federation.secure_sum.parameters import Parameters

_UNLIKELY = 8
"""Standard deviations of the noise's length that a mean may exceed what is possible without it."""


class RoundTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the devices of a sub-cohort agree to, beyond how their vectors are summed."""

    release: str
    """Digest of the release that the updates begin at."""
    layout: str
    """Digest of the layout of an update."""
    size: Annotated[int, msgspec.Meta(ge=1, lt=2**24)]
    """Of an update."""
    norm: Annotated[float, msgspec.Meta(gt=0, lt=1e6)]
    """The clipping norm."""
    noise_multiplier: Annotated[float, msgspec.Meta(ge=0, lt=1e3)]
    devices: Annotated[int, msgspec.Meta(ge=2, lt=2**20)]
    threshold: Annotated[int, msgspec.Meta(ge=2, lt=2**20)]

    @property
    def subject(self) -> bytes:
        """32 bytes that stand for all of this."""
        return hashlib.sha256(b"plm terms 1" + msgspec.msgpack.encode(self)).digest()

    @property
    def length(self) -> int:
        """Of the vector that is summed."""
        return self.size + COUNT

    def fit(self, parameters: Parameters) -> bool:
        """Whether a sum with these parameters is the one that the terms speak of."""
        return (
            parameters.length == self.length
            and parameters.members <= self.devices
            and parameters.threshold >= self.threshold
            and parameters.bits == self.mechanism.bits
            and parameters.subject == self.subject
        )

    @property
    def mechanism(self) -> Mechanism:
        """How much noise, and in what units."""
        return Mechanism(
            norm=self.norm,
            noise_multiplier=self.noise_multiplier,
            size=self.size,
            devices=self.devices,
            threshold=self.threshold,
        )


def contribution(
    terms: RoundTerms, update: Vector, *, refused_release: bool, random: np.random.Generator
) -> Masked:
    """On the device: the vector ``[terms.length]`` that goes under the masks. It is clipped, says
    yes or no to two questions, is written in whole numbers, and has its share of the noise."""
    answers = Answers(is_within_norm=is_within(update, terms.norm), refused_release=refused_release)
    vector = with_answers(clipped(update, terms.norm), answers, terms.norm)
    points = terms.mechanism.fixed_point
    return points.wrap(terms.mechanism.add_noise(points.units(vector), random))


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Of all sub-cohorts together."""

    mean: Vector
    """Of the updates, as far as the median believes them ``[size]``."""
    shares: Shares
    devices: int
    """Whose updates are in it."""
    left_out: int
    """Sub-cohorts whose sum no honest devices can have made."""


def outcome(terms: RoundTerms, totals: Sequence[tuple[Masked, int]]) -> Outcome | None:
    """On the coordinator: what the sums of the sub-cohorts say, each with the number of devices in
    it; None if nothing is left to believe."""
    sums, answered = [], []
    for total, devices in totals:
        update, shares = apart(terms.mechanism.fixed_point.decode(total), devices, terms.norm)
        if is_possible(terms, update, devices) and are_possible(terms, shares, devices):
            sums.append(Sum(update, devices))
            answered.append(shares)
    if not sums:
        return None
    return Outcome(
        mean=robust_mean(sums),
        shares=Shares(
            within_norm=float(np.median([one.within_norm for one in answered])),
            refused_release=float(np.median([one.refused_release for one in answered])),
            uncertainty=uncertainty(
                terms.noise_multiplier, min(one.count for one in sums), terms.threshold
            ),
        ),
        devices=sum(one.count for one in sums),
        left_out=len(totals) - len(sums),
    )


def are_possible(terms: RoundTerms, shares: Shares, devices: int) -> bool:
    """Whether so many devices can have answered so, each yes or no; likewise."""
    spread = uncertainty(terms.noise_multiplier, devices, terms.threshold)
    beyond = _UNLIKELY * spread + rounding(terms.mechanism.unit, terms.norm)
    said = (shares.within_norm, shares.refused_release)
    return all(-beyond <= one <= 1 + beyond for one in said)


def is_possible(terms: RoundTerms, total: Vector, devices: int) -> bool:
    """Whether clipped updates can have this sum; noise is taken into account."""
    spread = terms.norm * LENGTHENS * terms.noise_multiplier * math.sqrt(devices / terms.threshold)
    most = devices * terms.norm + spread * (math.sqrt(terms.size) + _UNLIKELY)
    inexact = devices * terms.mechanism.unit * math.sqrt(terms.size)
    return float(np.linalg.norm(total)) <= most + inexact
