"""The mean of updates of which only sums are known, and the median of such means.

With A shared and frozen, mean(Bᵢ)·A is mean(Bᵢ·A): averaging is exact, and linear, so that it can
be done under masks (FFA-LoRA, Sun et al., 2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from federation.layout import Vector

LEAST_FOR_MEDIAN = 3
"""Of two means the median is their mean: it stops nobody."""


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """Of the updates of one sub-cohort."""

    total: Vector
    count: int
    """Devices whose updates are in it, all with the same weight."""


def mean(sums: Sequence[Sum]) -> Vector:
    """Over all devices. Raises ValueError without any."""
    count = sum(one.count for one in sums)
    if count == 0:
        raise ValueError("there is no update to take the mean of")
    return np.asarray(sum(one.total for one in sums) / count, np.float64)


def robust_mean(sums: Sequence[Sum]) -> Vector:
    """Coordinate-wise median of the sub-cohorts' means: who spoils fewer than half of the
    sub-cohorts moves no coordinate beyond what the others say (Yin et al., 2018; applied to means
    of groups as by Chen et al., 2017). The plain mean where there are fewer than three."""
    usable = [one for one in sums if one.count]
    if len(usable) < LEAST_FOR_MEDIAN:
        return mean(usable)
    means = np.stack([one.total / one.count for one in usable])
    return np.asarray(np.median(means, axis=0), np.float64)
