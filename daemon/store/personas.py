"""The sides of a person, such as work and home: what is known of one is not known to another."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.store.database import EncryptedDatabase
from daemon.store.deletions import Gone, note_deletion
from daemon.store.errors import StoreError
from daemon.store.federation import throw_away_update_with
from daemon.store.sqlcipher import Database
from daemon.store.versions import delete_all_of

DEFAULT = "default"
"""Is always there."""
MOST = 16
_IN_USE = "persona"


class PersonaError(StoreError):
    """Why this cannot be done with a persona: one line for the user."""


@dataclass(frozen=True, slots=True)
class Persona:
    """One of them, and how much there is of it."""

    name: str
    documents: int


class Personas:
    """The ``personas`` table, and which of them sites belong to."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def all(self) -> list[Persona]:
        """By name, the one that is always there first."""
        rows = self._database.read(
            lambda db: db.execute(
                "SELECT name, (SELECT count(*) FROM documents WHERE persona = name) FROM personas "
                "ORDER BY name != ?, name",
                [DEFAULT],
            ).fetchall()
        )
        return [Persona(*row) for row in rows]

    def in_use(self) -> str:
        """Who writes where no site says otherwise."""
        return self._database.read(_in_use)

    def of_sites(self) -> dict[str, str]:
        """The sites that choose a persona, and which."""
        return self._database.read(
            lambda db: dict(
                db.execute("SELECT site, persona FROM sites WHERE persona IS NOT NULL").fetchall()
            )
        )

    def add(self, name: str) -> None:
        """One more, that knows nothing. Raises `PersonaError`."""
        self._database.write(lambda db: _add(db, name))

    def use(self, name: str) -> None:
        """It writes from now on. Raises `PersonaError`."""
        self._database.write(lambda db: _use(db, name))

    def assign(self, site: str, name: str | None) -> None:
        """It writes on this site, whoever is in use; None: whoever is in use does.

        Raises `PersonaError`.
        """
        self._database.write(lambda db: _assign(db, site, name))

    def remove(self, name: str) -> list[int]:
        """With all that it wrote and all that was learned from it. Returns its documents.

        Raises `PersonaError`.
        """
        return self._database.erase(lambda db: _remove(db, name))

    def learned_up_to(self, name: str) -> int:
        """The newest of its documents that a course has considered."""
        return self._database.read(lambda db: _learned_up_to(db, name))

    def set_learned_up_to(self, name: str, document: int) -> None:
        """A course has considered all of its documents up to this one."""
        self._database.write(
            lambda db: db.execute(
                "UPDATE personas SET learned_up_to = ? WHERE name = ?", [document, name]
            )
        )


def _in_use(db: Database) -> str:
    row = db.execute("SELECT value FROM settings WHERE name = ?", [_IN_USE]).fetchone()
    return str(row[0]) if row else DEFAULT


def _learned_up_to(db: Database, name: str) -> int:
    row = db.execute("SELECT learned_up_to FROM personas WHERE name = ?", [name]).fetchone()
    return int(row[0]) if row else 0


def _check(db: Database, name: str) -> None:
    if not db.execute("SELECT 1 FROM personas WHERE name = ?", [name]).fetchone():
        raise PersonaError("There is no persona of this name.")


def _add(db: Database, name: str) -> None:
    if db.execute("SELECT 1 FROM personas WHERE name = ?", [name]).fetchone():
        raise PersonaError("There is a persona of this name already.")
    if db.table("personas").count >= MOST:
        raise PersonaError(f"There can be no more than {MOST} personas.")
    db.execute("INSERT INTO personas (name, learned_up_to) VALUES (?, 0)", [name])


def _use(db: Database, name: str) -> None:
    _check(db, name)
    db.table("settings").upsert({"name": _IN_USE, "value": name}, pk="name")


def _assign(db: Database, site: str, name: str | None) -> None:
    if name is not None:
        _check(db, name)
    db.execute(
        "INSERT INTO sites (site, capture, persona) VALUES (?, 0, ?) "
        "ON CONFLICT (site) DO UPDATE SET persona = excluded.persona",
        [site, name],
    )


def _remove(db: Database, name: str) -> list[int]:
    _check(db, name)
    if name == DEFAULT:
        raise PersonaError("This persona is always there; what it wrote can be forgotten.")
    if _in_use(db) == name:
        _use(db, DEFAULT)
    gone = _delete_documents(db, name)
    delete_all_of(db, name)
    throw_away_update_with(db, [one.id for one in gone])
    _let_go_of_sites(db, name)
    db.execute("DELETE FROM personas WHERE name = ?", [name])
    return [one.id for one in gone]


def _delete_documents(db: Database, name: str) -> list[Gone]:
    rows = db.execute(
        "DELETE FROM documents WHERE persona = ? "  # noqa: S608 - our own names
        f"RETURNING {', '.join(Gone._fields)}",
        [name],
    ).fetchall()
    gone = [Gone(*row) for row in rows]
    note_deletion(db, gone, persona=name)
    return gone


def _let_go_of_sites(db: Database, name: str) -> None:
    """What it wrote there and has not arrived must not become another one's."""
    sites = db.execute(
        "UPDATE sites SET persona = NULL WHERE persona = ? RETURNING site", [name]
    ).fetchall()
    for (site,) in sites:
        note_deletion(db, [], site=site)
