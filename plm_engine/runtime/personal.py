"""What was learned of one person, as the graph takes it in: an adapter and a soft prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class LowRank:
    """Adds ``(x·a)·b`` to one projection of x."""

    a: Array
    """``[in, rank]``."""
    b: Array
    """``[rank, out]``."""


@dataclass(frozen=True, eq=False, slots=True)
class Personal:
    """One version of it; two are the same only if they are one object."""

    adapter: Mapping[str, LowRank] = field(default_factory=dict)
    """By projection: ``layers.3.qkv``."""
    prompt: Array | None = None
    """``[tokens, hidden]``."""

    @property
    def prompt_length(self) -> int:
        """Virtual tokens at the head of every text."""
        return 0 if self.prompt is None else len(self.prompt)


NOTHING_LEARNED = Personal()
