"""No update counts for more than the clipping norm; the norm follows what devices privately say.

McMahan et al., 2018 (user-level clipping); Andrew et al., 2021 (the norm as a private quantile).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from federation.layout import Vector


def clipped(update: Vector, norm: float) -> Vector:
    """Shortened to Euclidean length ``norm`` if it is longer."""
    length = float(np.linalg.norm(update))
    return update if length <= norm else update * (norm / length)


def is_within(update: Vector, norm: float) -> bool:
    """What a device answers so that the norm can follow."""
    return float(np.linalg.norm(update)) <= norm


@dataclass(frozen=True, slots=True, kw_only=True)
class NormFollows:
    """How the clipping norm moves between rounds."""

    quantile: float = 0.5
    """The share of updates that should be within the norm."""
    rate: float = 0.2
    least: float = 1e-3
    most: float = 1e3

    def next(self, norm: float, share_within: float) -> float:
        """The next round's norm; ``share_within`` is noisy and may lie outside of 0 to 1."""
        share = min(1.0, max(0.0, share_within))
        moved = norm * math.exp(-self.rate * (share - self.quantile))
        return min(self.most, max(self.least, moved))
