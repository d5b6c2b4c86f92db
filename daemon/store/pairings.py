"""Who may connect."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from daemon.protocol.messages import Pairing
from daemon.store.database import EncryptedDatabase


@dataclass(frozen=True, slots=True)
class PairedClient:
    """A client that may connect, and how it proves who it is."""

    id: str
    client: str
    origin: str
    """The exact Origin header that its connections carry."""
    secret: bytes


class Pairings:
    """The ``pairings`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def add(self, id: str, client: str, origin: str, secret: bytes) -> None:  # noqa: A002
        """Remember a client."""
        row = {
            "id": id,
            "client": client,
            "origin": origin,
            "secret": secret,
            "created_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }
        self._database.write(lambda db: db.table("pairings").insert(row))

    def get(self, id: str) -> PairedClient | None:  # noqa: A002
        """The client of this id, with its secret."""
        row = self._database.read(
            lambda db: db.execute(
                "SELECT id, client, origin, secret FROM pairings WHERE id = ?", [id]
            ).fetchone()
        )
        return PairedClient(*row) if row else None

    def list(self) -> list[Pairing]:
        """All clients, oldest first, without their secrets."""
        rows = self._database.read(
            lambda db: db.execute(
                "SELECT id, client, origin, created_at FROM pairings ORDER BY created_at, id"
            ).fetchall()
        )
        return [
            Pairing(id=id_, client=client, origin=origin, created_at=created)
            for id_, client, origin, created in rows
        ]

    def remove(self, id: str) -> None:  # noqa: A002
        """Forget a client and its secret."""
        self._database.erase(lambda db: db.execute("DELETE FROM pairings WHERE id = ?", [id]))
