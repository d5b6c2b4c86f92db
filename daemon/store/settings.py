"""Named values that outlive a restart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from daemon.learning.quiet_hours import QuietHours
from daemon.preferences import Preferred
from daemon.store.database import EncryptedDatabase
from federation.secure_sum.parameters import MIN_MEMBERS
from plm_engine.completion.presets import Amount, Length

_COMPLETIONS = "completions"
_LEARNING = "learning"
_QUIET_HOURS = "quiet_hours"
_AMOUNT = "amount"
_LENGTH = "length"
_SMALLEST_COHORT = "smallest_cohort"
_MOST_EPSILON = "most_epsilon"
_METERED = "metered"

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationLimits:
    """Before anything leaves; they outlive a membership."""

    smallest_cohort: int = MIN_MEMBERS
    """So many devices a sum has to be of."""
    most_epsilon: float | None = None
    """What all rounds together may tell at most; None: whatever they do."""
    metered: bool = False
    """The user pays for what goes over this connection."""


class Settings:
    """The ``settings`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def completions(self) -> bool:
        """The global completion switch; on at first."""
        return self._get(_COMPLETIONS) != "off"

    def set_completions(self, on: bool) -> None:
        """Turn the global completion switch."""
        self._set({_COMPLETIONS: "on" if on else "off"})

    def learning(self) -> bool:
        """Whether PLM learns by itself; it does at first."""
        return self._get(_LEARNING) != "off"

    def set_learning(self, on: bool) -> None:
        """Let it, or not."""
        self._set({_LEARNING: "on" if on else "off"})

    def quiet_hours(self) -> QuietHours | None:
        """When no course begins by itself; none at first."""
        written = self._get(_QUIET_HOURS)
        return QuietHours.read(written) if written else None

    def set_quiet_hours(self, hours: QuietHours | None) -> None:
        """Set them, or have none."""
        self._set({_QUIET_HOURS: str(hours or "")})

    def preferred(self) -> Preferred:
        """How much is suggested."""
        return Preferred().changed(self._choice(Amount, _AMOUNT), self._choice(Length, _LENGTH))

    def set_preferred(self, amount: Amount | None, length: Length | None) -> None:
        """Change what is named."""
        named = {_AMOUNT: amount, _LENGTH: length}
        self._set({name: choice.value for name, choice in named.items() if choice})

    def federation_limits(self) -> FederationLimits:
        """What must hold before anything leaves."""
        cohort, epsilon = self._get(_SMALLEST_COHORT), self._get(_MOST_EPSILON)
        return FederationLimits(
            smallest_cohort=int(cohort) if cohort else MIN_MEMBERS,
            most_epsilon=float(epsilon) if epsilon else None,
            metered=self._get(_METERED) == "on",
        )

    def set_federation_limits(self, limits: FederationLimits) -> None:
        """Set them all."""
        epsilon = limits.most_epsilon
        self._set(
            {
                _SMALLEST_COHORT: str(limits.smallest_cohort),
                _MOST_EPSILON: "" if epsilon is None else repr(epsilon),
                _METERED: "on" if limits.metered else "off",
            }
        )

    def _choice(self, kind: type[C], name: str) -> C | None:
        """None when nothing was chosen, or what only another version of PLM offers."""
        value = self._get(name)
        return next((choice for choice in kind if choice == value), None)

    def _get(self, name: str) -> str | None:
        row = self._database.read(
            lambda db: db.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchone()
        )
        return str(row[0]) if row else None

    def _set(self, values: dict[str, str]) -> None:
        rows = [{"name": name, "value": value} for name, value in values.items()]
        self._database.write(lambda db: db.table("settings").upsert_all(rows, pk="name"))
