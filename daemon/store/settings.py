"""Named values that outlive a restart."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from daemon.learning.quiet_hours import QuietHours
from daemon.preferences import Preferred
from daemon.store.database import EncryptedDatabase
from plm_engine.completion.presets import Amount, Length

_COMPLETIONS = "completions"
_LEARNING = "learning"
_QUIET_HOURS = "quiet_hours"
_AMOUNT = "amount"
_LENGTH = "length"

C = TypeVar("C", bound=StrEnum)


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
