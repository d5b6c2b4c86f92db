"""What was learned, version by version: one is in use, others can be returned to.

A version lives in the store like the texts that it was learned from: encrypted, changed in one
transaction with them, overwritten when it is deleted. It is never a file of its own.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from daemon.store.database import EncryptedDatabase
from daemon.store.errors import StoreError
from daemon.store.sqlcipher import Database

MOST_KEPT = 8
"""Of a persona, versions that can be returned to; older ones keep only their figures."""
_COLUMNS = (
    "id, persona, part, state, reason, parent, base, created_at, tokens, cpu_seconds, figures, "
    "(SELECT count(*) FROM version_documents WHERE version = id) AS documents"
)
_FIELDS = tuple(name.split()[-1] for name in _COLUMNS.split(", "))
_DELETE_AT_ONCE = 500


class State(StrEnum):
    """What a version is good for."""

    IN_USE = "in_use"
    KEPT = "kept"
    """It was in use, or is newer than what was rolled back to."""
    DISCARDED = "discarded"
    """It was no better than the one in use."""
    RETIRED = "retired"
    """A document that it was learned from was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What a course of learning ended with."""

    persona: str
    part: str
    base: str
    kept: bool
    reason: str
    parent: int | None
    tokens: int
    cpu_seconds: float
    figures: dict[str, Any]
    """Numbers only."""
    learned: bytes = field(repr=False)
    documents: Collection[int] = field(repr=False)
    """All that it was learned from, its parent's included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version, without what was learned."""

    id: int
    persona: str
    part: str
    state: State
    reason: str
    parent: int | None
    base: str
    created_at: str
    tokens: int
    cpu_seconds: float
    figures: dict[str, Any]
    documents: int


@dataclass(frozen=True, slots=True)
class InUse:
    """The version that suggestions are made with."""

    version: Version
    learned: bytes = field(repr=False)
    documents: frozenset[int] = field(repr=False)


class StaleVersionError(StoreError):
    """While it was learned, a text was deleted or another version came into use."""


class Versions:
    """The ``versions`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def in_use(self, persona: str) -> InUse | None:
        """The version in use, if there is one."""
        return self._database.read(lambda db: _in_use(db, persona))

    def number_in_use(self, persona: str) -> int | None:
        """Whether there is one, and which."""
        return self._database.read(lambda db: _number_in_use(db, persona))

    def history(self, persona: str) -> list[Version]:
        """Every version, the newest first."""
        return self._database.read(lambda db: _history(db, persona))

    def add(self, new: NewVersion) -> int:
        """Record a version, and use it if it is kept. Raises `StaleVersionError`."""
        return self._database.write(lambda db: _add(db, new))

    def roll_back(self, persona: str) -> Version | None:
        """Use the version before the one in use again; what is in use now, if anything.

        Raises `StoreError` when none is in use.
        """
        return self._database.write(lambda db: _roll_back(db, persona))

    def retire(self, number: int, reason: str) -> None:
        """A version turned out to be of no use: never load it again."""
        self._database.erase(lambda db: _retire(db, [number], reason))

    def checkpoint(self, persona: str, course: str) -> bytes:
        """Where this very course was interrupted; empty if it was not."""
        return self._database.read(lambda db: _checkpoint(db, persona, course))

    def set_checkpoint(self, persona: str, course: str, state: bytes) -> None:
        """Where a course can go on; an earlier one goes."""
        row = {"persona": persona, "course": course, "state": state}
        self._database.write(lambda db: db.table("checkpoints").upsert(row, pk="persona"))

    def clear_checkpoint(self, persona: str) -> None:
        """The course is over."""
        self._database.write(
            lambda db: db.execute("DELETE FROM checkpoints WHERE persona = ?", [persona])
        )


def retire_all_with(db: Database, documents: Sequence[int]) -> None:
    """Within the transaction that deletes documents: retire what was learned from them."""
    found: set[int] = set()
    for start in range(0, len(documents), _DELETE_AT_ONCE):
        some = documents[start : start + _DELETE_AT_ONCE]
        rows = db.execute(
            "SELECT DISTINCT version FROM version_documents "  # noqa: S608 - our own names
            f"WHERE document IN ({', '.join('?' * len(some))})",
            some,
        )
        found |= {int(number) for (number,) in rows.fetchall()}
    _retire(db, found, "a text that it was learned from was deleted")
    if documents:
        db.execute("DELETE FROM checkpoints")


def delete_all_of(db: Database, persona: str) -> None:
    """Within the transaction that removes a persona: leave nothing of it."""
    db.execute(
        "DELETE FROM version_documents WHERE version IN "
        "(SELECT id FROM versions WHERE persona = ?)",
        [persona],
    )
    db.execute("DELETE FROM versions WHERE persona = ?", [persona])
    db.execute("DELETE FROM checkpoints WHERE persona = ?", [persona])


def _in_use(db: Database, persona: str) -> InUse | None:
    row = db.execute(
        f"SELECT {_COLUMNS}, learned FROM versions WHERE persona = ? AND state = ?",  # noqa: S608
        [persona, State.IN_USE],
    ).fetchone()
    if row is None:
        return None
    version = _version(row[:-1])
    return InUse(version, bytes(row[-1]), frozenset(_documents(db, version.id)))


def _number_in_use(db: Database, persona: str) -> int | None:
    row = db.execute(
        "SELECT id FROM versions WHERE persona = ? AND state = ?", [persona, State.IN_USE]
    ).fetchone()
    return int(row[0]) if row else None


def _history(db: Database, persona: str) -> list[Version]:
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM versions WHERE persona = ? ORDER BY id DESC",  # noqa: S608
        [persona],
    )
    return [_version(row) for row in rows.fetchall()]


def _version(row: Sequence[Any]) -> Version:
    values = dict(zip(_FIELDS, row, strict=True))
    values |= {"state": State(values["state"]), "figures": json.loads(values["figures"])}
    return Version(**values)


def _documents(db: Database, version: int) -> Iterable[int]:
    rows = db.execute("SELECT document FROM version_documents WHERE version = ?", [version])
    return (int(number) for (number,) in rows.fetchall())


def _add(db: Database, new: NewVersion) -> int:
    current = _number_in_use(db, new.persona)
    if current != new.parent:
        raise StaleVersionError("Another version came into use while this one was learned.")
    known = {int(number) for (number,) in db.execute("SELECT id FROM documents").fetchall()}
    if not known.issuperset(new.documents):
        raise StaleVersionError("A text was deleted while this version was learned from it.")
    if new.kept and current is not None:
        _set_state(db, current, State.KEPT)
    row = {
        "persona": new.persona,
        "part": new.part,
        "state": State.IN_USE if new.kept else State.DISCARDED,
        "reason": new.reason,
        "parent": new.parent,
        "base": new.base,
        "created_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "tokens": new.tokens,
        "cpu_seconds": new.cpu_seconds,
        "figures": json.dumps(new.figures),
        "learned": new.learned if new.kept else None,
    }
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    inserted = db.execute(
        f"INSERT INTO versions ({columns}) VALUES ({values}) RETURNING id",  # noqa: S608
        row,
    )
    number = int(inserted.fetchone()[0])
    rows = ({"version": number, "document": document} for document in new.documents)
    db.table("version_documents").insert_all(rows)
    _let_go_of_old(db, new.persona)
    return number


def _roll_back(db: Database, persona: str) -> Version | None:
    current = _number_in_use(db, persona)
    if current is None:
        raise StoreError("No learned version is in use.")
    _set_state(db, current, State.KEPT)
    return _use_newest_before(db, persona, current)


def _use_newest_before(db: Database, persona: str, number: int) -> Version | None:
    row = db.execute(
        f"SELECT {_COLUMNS} FROM versions WHERE persona = ? AND id < ? AND state = ? "  # noqa: S608
        "AND learned IS NOT NULL ORDER BY id DESC LIMIT 1",
        [persona, number, State.KEPT],
    ).fetchone()
    if row is None:
        return None
    version = _version(row)
    _set_state(db, version.id, State.IN_USE)
    return version


def _retire(db: Database, versions: Collection[int], reason: str) -> None:
    fallen: list[tuple[str, int]] = []
    for number in versions:
        persona, state = db.execute(
            "SELECT persona, state FROM versions WHERE id = ?", [number]
        ).fetchone()
        if state == State.IN_USE:
            fallen.append((persona, number))
        db.execute(
            "UPDATE versions SET state = ?, reason = ?, learned = NULL WHERE id = ?",
            [State.RETIRED, reason, number],
        )
    for persona, number in fallen:
        _use_newest_before(db, persona, number)
        _learn_anew(db, persona)


def _learn_anew(db: Database, persona: str) -> None:
    """What the version in use does not know of is new again, so that a course is worth while."""
    db.execute(
        "UPDATE personas SET learned_up_to = coalesce((SELECT max(d.document) "
        "FROM version_documents d JOIN versions v ON v.id = d.version "
        "WHERE v.persona = ? AND v.state = ?), 0) WHERE name = ?",
        [persona, State.IN_USE, persona],
    )


def _let_go_of_old(db: Database, persona: str) -> None:
    db.execute(
        "UPDATE versions SET learned = NULL WHERE persona = ? AND id NOT IN ("
        "SELECT id FROM versions WHERE persona = ? AND learned IS NOT NULL "
        "ORDER BY id DESC LIMIT ?)",
        [persona, persona, MOST_KEPT],
    )


def _set_state(db: Database, number: int, state: State) -> None:
    db.execute("UPDATE versions SET state = ? WHERE id = ?", [state, number])


def _checkpoint(db: Database, persona: str, course: str) -> bytes:
    row = db.execute(
        "SELECT state FROM checkpoints WHERE persona = ? AND course = ?", [persona, course]
    ).fetchone()
    return bytes(row[0]) if row else b""
