"""Captured texts: kept, listed, searched, deleted."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from daemon.pasting import Spans, pasted_spans
from daemon.protocol.messages import Capture, Captures, CapturesQuery, Document
from daemon.store.database import EncryptedDatabase, Work
from daemon.store.personas import DEFAULT
from daemon.store.sqlcipher import Database
from daemon.store.versions import retire_all_with

HIT_START, HIT_END = "\ue000", "\ue001"
_SNIPPET_TOKENS = 24
_WORD = re.compile(r"\w+")
_DELETE_AT_ONCE = 500
_TEXTS_AT_ONCE = 1_000
_COLUMNS = "d.id, d.persona, d.site, d.kind, d.text, d.typed_chars, d.pasted_chars, d.created_at"
_STAY = ("draft", "site", "persona")
"""Columns that a later text of the same draft does not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Some documents: by number, of a site, a persona, of some days, or all."""

    ids: Sequence[int] | None = None
    site: str | None = None
    persona: str | None = None
    since: str | None = None
    """First day, ISO 8601."""
    before: str | None = None
    """Day after the last."""
    everything: bool = False

    def condition(self) -> tuple[str, list[str]]:
        """In SQL, with its values; without numbers. Raises ValueError if nothing is said."""
        parts = {
            "site = ?": self.site,
            "persona = ?": self.persona,
            "created_at >= ?": self.since,
            "created_at < ?": self.before,
        }
        said = {part: value for part, value in parts.items() if value is not None}
        if not said and not self.everything:
            raise ValueError("no documents are named")
        return " AND ".join(said) or "1", list(said.values())


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
            "kind": _storable(capture.kind),
            "text": _storable(capture.text),
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
        """One page, newest first: all documents, or those that contain every word asked for.

        The last word may be a beginning. A query without any word is looked for as it stands.
        """
        return self._database.read(lambda db: _page(db, asked))

    def behind(self, version: int, most: int) -> Captures:
        """The newest of those that a version was learned from."""
        return self._database.read(lambda db: _behind(db, version, most))

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
        if which.ids is not None:
            wanted = list(which.ids)
            return self._erase(lambda db: _delete_ids(db, wanted)) if wanted else []
        return self._erase(lambda db: _delete(db, *which.condition()))

    def _erase(self, delete: Work[list[int]]) -> list[int]:
        """Delete documents, and in the same transaction what was learned from them."""

        def work(db: Database) -> list[int]:
            gone = delete(db)
            retire_all_with(db, gone)
            return gone

        return self._database.erase(work)

    def count_new(self) -> dict[str, int]:
        """How many documents of each persona no course has considered."""
        return self._database.read(_count_new)

    def __len__(self) -> int:
        return self._database.read(lambda db: int(db.table("documents").count))


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


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
    return Stored(number, persona, replaced)


def _page(db: Database, asked: CapturesQuery) -> Captures:
    source, conditions, values, snippet = _search(asked.query)
    if asked.site is not None:
        conditions.append("d.site = :site")
    if asked.persona is not None:
        conditions.append("d.persona = :persona")
    where = " AND ".join(conditions) or "1"
    values |= {"site": asked.site, "persona": asked.persona, "limit": asked.limit + 1}
    total = db.execute(
        f"SELECT count(*) FROM {source} WHERE {where}",  # noqa: S608
        values,
    ).fetchone()[0]
    values["before"] = asked.before
    page = "AND d.id < :before" if asked.before is not None else ""
    rows = db.execute(
        f"SELECT {_COLUMNS}, {snippet} FROM {source} WHERE {where} {page} "  # noqa: S608
        "ORDER BY d.id DESC LIMIT :limit",
        values,
    ).fetchall()
    documents = [_document(row) for row in rows[: asked.limit]]
    return Captures(documents=documents, total=int(total), more=len(rows) > asked.limit)


def _behind(db: Database, version: int, most: int) -> Captures:
    source = "version_documents v JOIN documents d ON d.id = v.document WHERE v.version = ?"
    (total,) = db.execute(f"SELECT count(*) FROM {source}", [version]).fetchone()  # noqa: S608
    rows = db.execute(
        f"SELECT {_COLUMNS}, NULL FROM {source} ORDER BY d.id DESC LIMIT ?",  # noqa: S608
        [version, most],
    ).fetchall()
    return Captures(documents=[_document(row) for row in rows], total=total, more=total > most)


def _search(query: str) -> tuple[str, list[str], dict[str, Any], str]:
    """Where to look, on which conditions, with which values, and what to show of it."""
    words = _WORD.findall(_storable(query))
    if words:
        match = " ".join(f'"{word}"' for word in words) + "*"
        snippet = f"snippet(documents_fts, 0, '{HIT_START}', '{HIT_END}', '…', {_SNIPPET_TOKENS})"
        source = "documents_fts JOIN documents d ON d.id = documents_fts.rowid"
        return source, ["documents_fts MATCH :match"], {"match": match}, snippet
    literal = _storable(query).strip()
    if literal:
        return "documents d", ["instr(d.text, :literal) > 0"], {"literal": literal}, "NULL"
    return "documents d", [], {}, "NULL"


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


def _document(row: Sequence[Any]) -> Document:
    number, persona, site, kind, text, typed, pasted, created, snippet = row
    return Document(
        id=number,
        persona=persona,
        site=site,
        kind=kind,
        text=text,
        typed_chars=typed,
        pasted_chars=pasted,
        created_at=created,
        snippet=snippet,
    )


def _delete(db: Database, condition: str, values: Sequence[Any]) -> list[int]:
    gone = db.execute(f"DELETE FROM documents WHERE {condition} RETURNING id", values)  # noqa: S608
    return [int(number) for (number,) in gone.fetchall()]


def _delete_ids(db: Database, ids: list[int]) -> list[int]:
    gone: list[int] = []
    for start in range(0, len(ids), _DELETE_AT_ONCE):
        some = ids[start : start + _DELETE_AT_ONCE]
        gone += _delete(db, f"id IN ({', '.join('?' * len(some))})", some)
    return gone
