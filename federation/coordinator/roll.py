"""Who has enrolled: which identity key belongs to which node, and nothing else about anybody.

It is there so that a node keeps its identity, and no identity is two nodes.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from federation.coordinator.folder import FolderError

MOST = 200_000
"""Nodes; some 40 MB."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS nodes (
    node TEXT PRIMARY KEY,
    identity BLOB NOT NULL UNIQUE,
    until INTEGER NOT NULL
) WITHOUT ROWID
"""


class TakenError(Exception):
    """The node has another identity, or the identity is another node's."""


class FullError(Exception):
    """There is no room for another node."""


class Roll:
    """One community's."""

    def __init__(self, database: sqlite3.Connection, most: int) -> None:
        self._database = database
        self._most = most

    @classmethod
    @contextlib.contextmanager
    def opened(cls, folder: Path, most: int = MOST) -> Iterator[Roll]:
        """The roll in a community's folder, made if there is none. Raises `FolderError`."""
        file = folder / "roll.sqlite"
        try:
            database = sqlite3.connect(file, isolation_level=None)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(_SCHEMA)
        except sqlite3.Error as error:
            raise FolderError(f"{file.name} cannot be used: {error}") from None
        with contextlib.closing(database):
            yield cls(database, most)

    def __len__(self) -> int:
        [count] = self._database.execute("SELECT COUNT(*) FROM nodes").fetchone()
        return int(count)

    def node_of(self, identity: bytes) -> str | None:
        """The node with this identity key."""
        query = "SELECT node FROM nodes WHERE identity = ?"
        row = self._database.execute(query, (identity,)).fetchone()
        return None if row is None else str(row[0])

    def identity_of(self, node: str) -> bytes | None:
        """The identity key of a node."""
        query = "SELECT identity FROM nodes WHERE node = ?"
        row = self._database.execute(query, (node,)).fetchone()
        return None if row is None else bytes(row[0])

    def make_room(self, now: int) -> None:
        """For one more node; whose certificate has run out is forgotten. Raises `FullError`."""
        if len(self) >= self._most:
            self._database.execute("DELETE FROM nodes WHERE until < ?", (now,))
            if len(self) >= self._most:
                raise FullError

    def enter(self, node: str, identity: bytes, until: int) -> None:
        """Write down a node, or that its certificate now lasts until then (seconds since 1970).

        Raises `TakenError`.
        """
        self._database.execute(
            "INSERT INTO nodes VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (node, identity, until)
        )
        changed = self._database.execute(
            "UPDATE nodes SET until = ? WHERE node = ? AND identity = ?", (until, node, identity)
        )
        if not changed.rowcount:
            raise TakenError
