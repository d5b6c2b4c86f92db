"""Hours of the day in which no course begins by itself."""

from __future__ import annotations

from dataclasses import dataclass

HOURS = 24


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From the beginning of one hour to the beginning of another, past midnight if need be."""

    start: int
    end: int

    def __contains__(self, hour: int) -> bool:
        return (hour - self.start) % HOURS < (self.end - self.start) % HOURS

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"

    @classmethod
    def read(cls, written: str) -> QuietHours:
        """From ``22-7``. Raises ValueError."""
        start, end = (int(hour) for hour in written.split("-"))
        if not (0 <= start < HOURS and 0 <= end < HOURS):
            raise ValueError("no such hour")
        return cls(start, end)
