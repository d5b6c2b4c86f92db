"""Yes and no, given together with an update, under the same masks and the same noise.

Each answer is one more coordinate of plus or minus an eighth of the clipping norm. So what all
coordinates together say of one user is bounded as before, by a length that is 1.6 % greater.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np

from federation.layout import Vector

_WEIGHT = 1 / 8
"""Of the clipping norm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Of one device."""

    is_within_norm: bool
    """Its update was not longer than the clipping norm."""
    refused_release: bool
    """The release in question made its user's own held-out texts harder to predict."""


COUNT = len(fields(Answers))
LENGTHENS = math.sqrt(1 + COUNT * _WEIGHT**2)
"""So many times the clipping norm is the longest that a device sends."""


def with_answers(update: Vector, answers: Answers, norm: float) -> Vector:
    """The update ``[size]`` and the answers: ``[size + COUNT]``."""
    said = [answers.is_within_norm, answers.refused_release]
    return np.concatenate([update, [(1 if one else -1) * _WEIGHT * norm for one in said]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Of devices that said yes; with the noise they may lie outside of 0 to 1."""

    within_norm: float
    refused_release: float
    uncertainty: float = 0.0
    """Standard deviation of each, from the noise."""


def uncertainty(noise_multiplier: float, devices: int, threshold: int) -> float:
    """Of a share of so many devices, when as many as the threshold make up the whole noise."""
    spread = noise_multiplier * LENGTHENS * math.sqrt(devices / threshold)
    return spread / (2 * _WEIGHT * devices)


def rounding(unit: float, norm: float) -> float:
    """The most that a share can be off because each device writes whole units."""
    return unit / (2 * _WEIGHT * norm)


def apart(total: Vector, devices: int, norm: float) -> tuple[Vector, Shares]:
    """The sum of the updates, and what was answered, from a sum over so many devices."""
    yes = total[-COUNT:] / (2 * _WEIGHT * norm * devices) + 0.5
    shares = Shares(within_norm=float(yes[0]), refused_release=float(yes[1]))
    return total[:-COUNT], shares
