"""Rolling latencies: numbers only."""

from __future__ import annotations

import math
from collections import deque

KEPT = 512


class Latencies:
    """The most recent latencies of one kind, in milliseconds."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=KEPT)

    def add(self, ms: float) -> None:
        """Remember one, forget the oldest."""
        self._recent.append(ms)

    def within(self, share: float) -> float | None:
        """The time that this share of them stayed within; nothing without any."""
        if not self._recent:
            return None
        ordered = sorted(self._recent)
        return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]
