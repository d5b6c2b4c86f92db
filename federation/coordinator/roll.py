"""Who has enrolled: which identity key belongs to which node, since when, and who was expelled.

It is there so that a node keeps its identity, no identity is two nodes, and who was expelled does
not come back. Of when anybody was there it knows the last day.
"""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from federation.coordinator.folder import FolderError

MOST = 200_000
"""Nodes; some 40 MB."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS nodes (
    node TEXT PRIMARY KEY,
    identity BLOB NOT NULL UNIQUE,
    until INTEGER NOT NULL,
    enrolled TEXT,
    seen TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS expelled (
    node TEXT PRIMARY KEY,
    identity BLOB NOT NULL UNIQUE,
    told INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
"""
_LATER_COLUMNS = ("enrolled", "seen")
"""Which a roll of an earlier PLM does not have."""


class TakenError(Exception):
    """The node has another identity, or the identity is another node's."""


class FullError(Exception):
    """There is no room for another node."""


class Entry(msgspec.Struct, frozen=True):
    """One node."""

    node: str
    enrolled: datetime.date | None
    """The day on which it did first; None where an earlier PLM did not write it down."""
    seen: datetime.date | None
    """The last day on which it was online."""
    until: datetime.date
    """Its certificate is good until then, unless it is renewed."""


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
            database.executescript(_SCHEMA)
            _bring_up_to_date(database)
        except sqlite3.Error as error:
            raise FolderError(f"{file.name} cannot be used: {error}") from None
        with contextlib.closing(database):
            yield cls(database, most)

    def __len__(self) -> int:
        [count] = self._database.execute("SELECT COUNT(*) FROM nodes").fetchone()
        return int(count)

    def entries(self) -> list[Entry]:
        """All nodes, those that were there last first."""
        rows = self._database.execute(
            "SELECT node, enrolled, seen, until FROM nodes ORDER BY seen DESC, enrolled DESC, node"
        )
        return [
            Entry(node, _date(enrolled), _date(seen), _day(until))
            for node, enrolled, seen, until in rows
        ]

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

    def enter(self, node: str, identity: bytes, now: int, until: int) -> None:
        """Write down a node, or that its certificate now lasts until then (seconds since 1970).

        Raises `TakenError`.
        """
        self._database.execute(
            "INSERT INTO nodes (node, identity, until, enrolled) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            (node, identity, until, _day(now).isoformat()),
        )
        changed = self._database.execute(
            "UPDATE nodes SET until = ? WHERE node = ? AND identity = ?", (until, node, identity)
        )
        if not changed.rowcount:
            raise TakenError

    def renumber(self, node: str, anew: str) -> None:
        """The SuperLink knows a node by another number now."""
        self._database.execute("UPDATE nodes SET node = ? WHERE node = ?", (anew, node))

    def saw(self, nodes: Iterable[str], now: int) -> None:
        """They are online."""
        today = _day(now).isoformat()
        with self._transaction():
            self._database.executemany(
                "UPDATE nodes SET seen = ?1 WHERE node = ?2 AND seen IS NOT ?1",
                [(today, node) for node in nodes],
            )

    def strike_off(self, node: str) -> None:
        """It has left."""
        self._database.execute("DELETE FROM nodes WHERE node = ?", (node,))

    def expel(self, node: str) -> bool:
        """For good, with its identity; False where there is no such node."""
        with self._transaction():
            expelled = self._database.execute(
                "INSERT INTO expelled (node, identity) "
                "SELECT node, identity FROM nodes WHERE node = ?",
                (node,),
            )
            self._database.execute("DELETE FROM nodes WHERE node = ?", (node,))
        return expelled.rowcount > 0

    def is_expelled(self, identity: bytes) -> bool:
        """Whether the node with this identity key was."""
        query = "SELECT 1 FROM expelled WHERE identity = ?"
        return self._database.execute(query, (identity,)).fetchone() is not None

    def to_let_out(self) -> list[str]:
        """Nodes that were expelled, and that the SuperLink still lets in."""
        rows = self._database.execute("SELECT node FROM expelled WHERE NOT told")
        return [str(node) for (node,) in rows]

    def let_out(self, node: str) -> None:
        """The SuperLink lets it in no more."""
        self._database.execute("UPDATE expelled SET told = 1 WHERE node = ?", (node,))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        with self._database:  # which ends it, one way or the other
            yield


def _bring_up_to_date(database: sqlite3.Connection) -> None:
    known = {name for _, name, *_ in database.execute("PRAGMA table_info(nodes)")}
    for column in _LATER_COLUMNS:
        if column not in known:
            database.execute(f"ALTER TABLE nodes ADD COLUMN {column} TEXT")


def _date(written: str | None) -> datetime.date | None:
    return None if written is None else datetime.date.fromisoformat(written)


def _day(moment: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).date()
