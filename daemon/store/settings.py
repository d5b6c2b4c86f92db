"""Named values that outlive a restart."""

from __future__ import annotations

from daemon.store.database import EncryptedDatabase

_COMPLETIONS = "completions"


class Settings:
    """The ``settings`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def completions(self) -> bool:
        """The global completion switch; on at first."""
        return self._get(_COMPLETIONS) != "off"

    def set_completions(self, on: bool) -> None:
        """Turn the global completion switch."""
        self._set(_COMPLETIONS, "on" if on else "off")

    def _get(self, name: str) -> str | None:
        row = self._database.read(
            lambda db: db.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchone()
        )
        return str(row[0]) if row else None

    def _set(self, name: str, value: str) -> None:
        row = {"name": name, "value": value}
        self._database.write(lambda db: db.table("settings").upsert(row, pk="name"))
