"""Real numbers as unsigned integers modulo 2**32 or 2**64, so that their sum can be exact.

A number becomes a whole multiple of a step, rounded to the nearest; negative ones wrap around.
Noise for privacy is added between `FixedPoint.units` and `FixedPoint.wrap`, to the integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from federation.secure_sum.masks import Vector, dtype_of

Reals = npt.NDArray[np.floating[Any]]
Units = npt.NDArray[np.int64]

# Above this a float64 no longer holds every integer.
_EXACT = 2**53


class FixedPointError(ValueError):
    """These numbers cannot be summed this way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPoint:
    """How numbers of one round are written. Raises `FixedPointError` if the sum could overflow."""

    step: float
    """What one unit is worth."""
    bound: float
    """The largest magnitude that one member may contribute to one element."""
    members: int
    """How many contributions the sum may have."""
    bits: int
    """32 or 64: sums are modulo 2**bits."""
    headroom: int = 0
    """Units of the sum, in either direction, that are kept free for noise."""

    def __post_init__(self) -> None:
        dtype_of(self.bits)
        is_sound = np.isfinite(self.step) and np.isfinite(self.bound)
        if not is_sound or self.step <= 0 or self.bound < 0:
            raise FixedPointError("the step has to be positive and the bound a number")
        if self.members < 1 or self.headroom < 0:
            raise FixedPointError("a sum has members, and room or none")
        if self.bound / self.step > _EXACT:
            raise FixedPointError("the step is too fine for the bound")
        if self.members * self.most + self.headroom >= 2 ** (self.bits - 1):
            raise FixedPointError("a sum of so many members does not fit into the modulus")

    @property
    def most(self) -> int:
        """The largest magnitude of one contribution, in units."""
        return round(self.bound / self.step)

    def units(self, values: Reals) -> Units:
        """Whole steps, signed, of the same shape. Raises `FixedPointError` for what is no number
        or lies beyond the bound: clipping is the caller's decision."""
        if not np.isfinite(values).all():
            raise FixedPointError("a value is not a finite number")
        steps = np.rint(np.asarray(values, np.float64) / self.step)
        # Of the steps, not of the values: a float32 that was clipped can exceed a float64 bound.
        if steps.size and np.abs(steps).max() > self.most:
            raise FixedPointError("a value lies beyond the bound")
        return steps.astype(np.int64)

    def wrap(self, units: Units) -> Vector:
        """Signed units as a vector of a round: modulo 2**bits."""
        return units.astype(dtype_of(self.bits))

    def encode(self, values: Reals) -> Vector:
        """Numbers as a vector of a round, without noise."""
        return self.wrap(self.units(values))

    def decode(self, total: Vector) -> npt.NDArray[np.float64]:
        """The sum of up to ``members`` encoded vectors, as numbers. Each is exact to within
        half a step per member."""
        signed = total.view(np.dtype(f"<i{self.bits // 8}"))
        return signed.astype(np.float64) * self.step
