"""Counts per day: how often something was shown, accepted, dismissed. Never text."""

from __future__ import annotations

import datetime

from daemon.store.database import EncryptedDatabase


class Events:
    """The ``events`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def count(self, kind: str, amount: int = 1) -> None:
        """Add to today's count."""
        day = datetime.datetime.now(datetime.UTC).date().isoformat()
        self._database.write(
            lambda db: db.execute(
                "INSERT INTO events (day, kind, amount) VALUES (?, ?, ?) "
                "ON CONFLICT (day, kind) DO UPDATE SET amount = amount + excluded.amount",
                [day, kind, amount],
            )
        )

    def totals(self) -> dict[str, int]:
        """All counts since the beginning, by kind."""
        rows = self._database.read(
            lambda db: db.execute("SELECT kind, sum(amount) FROM events GROUP BY kind").fetchall()
        )
        return {kind: int(amount) for kind, amount in rows}
