"""Captured texts: kept, listed, searched, deleted."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from daemon.pasting import Spans, pasted_spans
from daemon.protocol.messages import Capture, Captures, CapturesQuery
from daemon.store import review, text_index
from daemon.store.database import EncryptedDatabase
from daemon.store.deletions import Gone, note_deleted, note_deletion
from daemon.store.federation import throw_away_update_with
from daemon.store.personas import DEFAULT
from daemon.store.selection import Which, storable
from daemon.store.sqlcipher import Database
from daemon.store.versions import retire_all_with

_TEXTS_AT_ONCE = 1_000
_STAY = ("draft", "site", "persona")
"""Columns that a later text of the same draft does not change."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a text is."""

    id: int
    persona: str
    replaced: bool
    """There was an earlier text of the same draft."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text, and whose it is."""

    id: int
    persona: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TypedText:
    """A text that its user typed, but for some parts."""

    id: int
    text: str = field(repr=False)
    pasted: Spans


class Documents:
    """The ``documents`` table and its index."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def add(self, capture: Capture, written: str = "", persona: str = DEFAULT) -> Stored:
        """Store a text; an earlier one of the same draft and site is replaced, and stays with the
        persona that began it.

        ``written`` is ISO 8601; by default it is now. Raises `StoreError`.
        """
        row = {
            "persona": persona,
            "site": capture.site,
            "kind": storable(capture.kind),
            "text": storable(capture.text),
            "typed_chars": capture.typed_chars,
            "pasted_chars": capture.pasted_chars,
            "pasted_spans": json.dumps(pasted_spans(capture.text, capture.pastes)),
            "created_at": written
            or datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "draft": capture.draft,
        }
        stored = self._database.write(lambda db: _upsert(db, row))
        if stored.replaced:
            self._database.empty_log()
        return stored

    def query(self, asked: CapturesQuery) -> Captures:
        """One page, newest first."""
        return self._database.read(lambda db: review.page(db, asked))

    def behind(self, version: int, most: int) -> Captures:
        """The newest of those that a version was learned from."""
        return self._database.read(lambda db: review.behind(db, version, most))

    def pages(self) -> Iterator[list[Written]]:
        """Every document, the oldest first, some at a time."""
        last = 0
        while page := self._database.read(partial(_texts_after, last)):
            yield page
            last = page[-1].id

    def own_texts(self, persona: str, most: int) -> list[TypedText]:
        """A persona's newest documents that were typed rather than pasted, the oldest first."""
        return self._database.read(lambda db: _own_texts(db, persona, most))

    def delete(self, which: Which) -> list[int]:
        """Delete; nothing is left in the file, nor what was learned. Returns whose ids."""

        def work(db: Database) -> list[int]:
            gone = [one.id for one in _delete(db, which)]
            retire_all_with(db, gone)
            throw_away_update_with(db, gone)
            return gone

        return self._database.erase(work)

    def may_federate(self) -> frozenset[int]:
        """The documents of sites that may federate."""
        rows = self._database.read(
            lambda db: db.execute(
                "SELECT d.id FROM documents d JOIN sites s ON s.site = d.site WHERE s.may_federate"
            ).fetchall()
        )
        return frozenset(int(number) for (number,) in rows)

    def count_new(self) -> dict[str, int]:
        """How many documents of each persona no course has considered."""
        return self._database.read(_count_new)

    def __len__(self) -> int:
        return self._database.read(lambda db: int(db.table("documents").count))


def _upsert(db: Database, row: dict[str, Any]) -> Stored:
    earlier = db.execute(
        "SELECT id, persona, text FROM documents WHERE draft = :draft AND site = :site", row
    ).fetchone()
    if earlier and earlier[2] == row["text"]:
        return Stored(earlier[0], earlier[1], replaced=False)
    replaced = earlier is not None
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    changes = ", ".join(f"{name} = :{name}" for name in row if name not in _STAY)
    cursor = db.execute(
        f"INSERT INTO documents ({columns}) VALUES ({values}) "  # noqa: S608 - our own names
        f"ON CONFLICT (draft, site) DO UPDATE SET {changes} RETURNING id, persona",
        row,
    )
    number, persona = cursor.fetchone()
    if replaced:
        retire_all_with(db, [number])
        throw_away_update_with(db, [number])
    return Stored(number, persona, replaced)


def _texts_after(last: int, db: Database) -> list[Written]:
    rows = db.execute(
        "SELECT id, persona, text FROM documents WHERE id > ? ORDER BY id LIMIT ?",
        [last, _TEXTS_AT_ONCE],
    ).fetchall()
    return [Written(*row) for row in rows]


def _own_texts(db: Database, persona: str, most: int) -> list[TypedText]:
    rows = db.execute(
        "SELECT id, text, pasted_spans FROM documents "
        "WHERE persona = ? AND pasted_chars <= typed_chars ORDER BY id DESC LIMIT ?",
        [persona, most],
    ).fetchall()
    return [TypedText(number, text, json.loads(spans)) for number, text, spans in reversed(rows)]


def _count_new(db: Database) -> dict[str, int]:
    rows = db.execute(
        "SELECT name, (SELECT count(*) FROM documents d WHERE d.persona = name "
        "AND d.id > learned_up_to) FROM personas"
    ).fetchall()
    return dict(rows)


def _delete(db: Database, which: Which) -> list[Gone]:
    conditions, values = which.conditions()
    if not conditions and not which.everything:
        raise ValueError("no documents are named")
    condition = " AND ".join(conditions) or "1"
    (count,) = db.execute(
        f"SELECT count(*) FROM documents d WHERE {condition}",  # noqa: S608
        values,
    ).fetchone()
    with text_index.made_anew(db) if count > text_index.MANY else nullcontext():
        rows = db.execute(
            f"DELETE FROM documents AS d WHERE {condition} "  # noqa: S608
            f"RETURNING {', '.join(Gone._fields)}",
            values,
        ).fetchall()
    return _noted(db, which, [Gone(*row) for row in rows])


def _noted(db: Database, which: Which, gone: list[Gone]) -> list[Gone]:
    if which.ids is not None or which.query:  # of which no rule tells for a text to come
        note_deleted(db, gone)
    else:
        note_deletion(
            db,
            gone,
            site=which.site,
            persona=which.persona,
            since=which.since,
            before=which.before,
        )
    return gone
