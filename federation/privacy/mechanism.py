"""The distributed mechanism: each device adds a share of the noise, as whole numbers and before it
masks, so that whoever sees the sum never sees it without noise.

Skellam noise (Agarwal, Kairouz and Liu, 2021): the difference of two Poisson numbers. A sum of
shares is again Skellam noise, exactly, whichever devices drop out.
"""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from federation.privacy.answers import COUNT, LENGTHENS
from federation.secure_sum.fixed_point import FixedPoint

Integers = NDArray[np.int64]

_FINEST = 2**18
"""Units in the longest vector: finer, and Poisson numbers could not be drawn exactly in doubles."""
_TAIL = 12
"""Standard deviations that must fit: more happens once in 10^32 values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """Of one round; everybody works it out from the round's parameters."""

    norm: float
    """The clipping norm."""
    noise_multiplier: float
    """Standard deviation of the sum's noise, in longest vectors (z); 0 is no noise."""
    size: int
    """Of the update, without answers."""
    devices: int
    """At most so many are summed."""
    threshold: int
    """At least so many are summed: so many shares already are the whole noise."""
    bits: int = 32
    """Sums are taken modulo 2^bits."""

    @property
    def unit(self) -> float:
        """What 1 stands for."""
        return self.norm * LENGTHENS / self._steps

    @property
    def sensitivity(self) -> float:
        """How long a device's vector can be at most, in units, after rounding."""
        return self._steps + math.sqrt(self.size + COUNT) / 2

    @property
    def share_variance(self) -> float:
        """Of the noise that one device adds to each coordinate, in units squared."""
        return (self.noise_multiplier * self.sensitivity) ** 2 / self.threshold

    @property
    def fixed_point(self) -> FixedPoint:
        """How vectors of the round are written as whole numbers: so that all fit with the noise."""
        spread = math.sqrt(self.share_variance * self.devices)
        return FixedPoint(
            step=self.unit,
            bound=self.norm * LENGTHENS,
            members=self.devices,
            bits=self.bits,
            headroom=math.ceil(_TAIL * spread),
        )

    def add_noise(self, numbers: Integers, random: np.random.Generator) -> Integers:
        """One device's share of it."""
        mean = self.share_variance / 2
        plus = random.poisson(mean, numbers.shape)
        return np.asarray(numbers + plus - random.poisson(mean, numbers.shape), np.int64)

    @property
    def _steps(self) -> float:
        summed = self.devices + _TAIL * self.noise_multiplier * math.sqrt(
            self.devices / self.threshold
        )
        return min(float(_FINEST), 2.0 ** (self.bits - 2) / summed)


def unpredictable() -> np.random.Generator:
    """Noise that nobody can foretell: a counter-based generator under a key from the system."""
    return np.random.Generator(np.random.Philox(key=secrets.randbits(128)))
