"""What the noise is worth: ε for the rounds that a device really took part in.

A round is one Gaussian mechanism on one user's whole update (Skellam noise as fine as ours is as
good, see `skellam_excess`). Several compose to one exactly: 1/z² adds up. Its ε follows without
slack (Balle and Wang, 2018). Nothing is taken off for chance: the coordinator knows who took part.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

DELTA = 1e-6
"""The chance that ε does not hold; far below one in the number of users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """In one round."""

    noise_multiplier: float
    """Of the sum (z)."""
    threshold: int
    """Devices whose shares make up that noise."""


def epsilon(rounds: Iterable[Participation], *, dishonest: int = 0, delta: float = DELTA) -> float:
    """Of all these rounds together; infinite without noise.

    ``dishonest`` devices in each cohort are taken to have told the coordinator their shares of
    the noise, which then protects nobody.
    """
    # Only processes that take part load it: it brings scipy.
    from dp_accounting.gaussian_mechanism import get_epsilon_gaussian  # noqa: PLC0415

    precision = 0.0
    for one in rounds:
        variance = one.noise_multiplier**2 * max(0, one.threshold - dishonest) / one.threshold
        if variance == 0.0:
            return math.inf
        precision += 1 / variance
    return float(get_epsilon_gaussian(1 / math.sqrt(precision), delta)) if precision else 0.0


def skellam_excess(order: float, *, variance: float, longest: float, size: int) -> float:
    """By how much, as a share, Rényi divergence of this order exceeds that of a Gaussian of the
    same variance (Agarwal, Kairouz and Liu, 2021, theorem 3.5); all in units."""
    gaussian = order * longest**2 / (2 * variance)
    sum_of_absolutes = math.sqrt(size) * longest
    excess = min(
        ((2 * order - 1) * longest**2 + 6 * sum_of_absolutes) / (4 * variance**2),
        3 * sum_of_absolutes / (2 * variance),
    )
    return excess / gaussian


def in_words(value: float) -> str:
    """What ε means, for somebody who never heard of it."""
    if math.isinf(value):
        return "no promise: nothing blurs what all devices sent together"
    if value < math.log(1.5):
        return "strong: whether you took part can hardly be told"
    if value < math.log(10):
        return f"moderate: a guess about you gets at most {math.exp(value):.1f} times better odds"
    if value < math.log(1e6):
        return f"weak: a guess about you could get up to {math.exp(value):,.0f} times better odds"
    return "next to none: the community is too small for its noise to hide one user"
