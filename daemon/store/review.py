"""Documents to look at: page by page, the newest first; of a hundred thousand as soon as of ten."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from daemon.protocol.messages import Captures, CapturesQuery, Document
from daemon.store.selection import Which
from daemon.store.sqlcipher import Database

HIT_START, HIT_END = "\ue000", "\ue001"
_SNIPPET_TOKENS = 24
_SNIPPET = f"snippet(documents_fts, 0, '{HIT_START}', '{HIT_END}', '…', {_SNIPPET_TOKENS})"
_COLUMNS = "d.id, d.persona, d.site, d.kind, d.text, d.typed_chars, d.pasted_chars, d.created_at"
_LISTED = "d.id IN (SELECT value FROM json_each(:page))"
# Plus: else the whole query would be run anew for each of the page's documents. The range: a page
# of the newest needs to see the newest matches only.
_LISTED_MATCHES = (
    "documents_fts MATCH :match AND documents_fts.rowid BETWEEN :least AND :greatest "
    "AND +documents_fts.rowid IN (SELECT value FROM json_each(:page))"
)


def page(db: Database, asked: CapturesQuery) -> Captures:
    """One page. First which ones, of what the indexes alone know; then these few themselves."""
    which = Which(
        ids=asked.documents,
        query=asked.query,
        site=asked.site,
        persona=asked.persona,
        since=asked.since,
        before=asked.before,
    )
    conditions, values = which.conditions()
    total = _count(db, conditions, values)
    ids = _ids(db, asked, conditions, values)
    listed = ids[: asked.limit]
    documents = _read(db, listed, which.match)
    return Captures(documents=documents, total=total, more=len(ids) > asked.limit)


def behind(db: Database, version: int, most: int) -> Captures:
    """The newest of those that a version was learned from."""
    source = "version_documents v JOIN documents d ON d.id = v.document WHERE v.version = ?"
    (total,) = db.execute(f"SELECT count(*) FROM {source}", [version]).fetchone()  # noqa: S608
    rows = db.execute(
        f"SELECT {_COLUMNS}, NULL FROM {source} ORDER BY d.id DESC LIMIT ?",  # noqa: S608
        [version, most],
    ).fetchall()
    return Captures(documents=[_document(row) for row in rows], total=total, more=total > most)


def _count(db: Database, conditions: Sequence[str], values: dict[str, Any]) -> int:
    counted = f"documents d WHERE {_all(conditions)}"
    if list(values) == ["match"]:
        # The index can count by itself, which is twice to ten times as fast.
        counted = "documents_fts WHERE documents_fts MATCH :match"
    (total,) = db.execute(f"SELECT count(*) FROM {counted}", values).fetchone()  # noqa: S608
    return int(total)


def _ids(
    db: Database, asked: CapturesQuery, conditions: Sequence[str], values: dict[str, Any]
) -> list[int]:
    """One more than fit on the page."""
    wanted: dict[str, Any] = {"limit": asked.limit + 1, "offset": asked.offset}
    older: list[str] = []
    if asked.older_than is not None:
        older.append("(d.created_at, d.id) < (:last_moment, :last_id)")
        wanted |= {"last_moment": asked.older_than.created_at, "last_id": asked.older_than.id}
    rows = db.execute(
        f"SELECT d.id FROM documents d WHERE {_all([*conditions, *older])} "  # noqa: S608
        "ORDER BY d.created_at DESC, d.id DESC LIMIT :limit OFFSET :offset",
        values | wanted,
    ).fetchall()
    return [number for (number,) in rows]


def _read(db: Database, ids: Sequence[int], match: str | None) -> list[Document]:
    """These documents, in this order."""
    source, condition, snippet = "documents d", _LISTED, "NULL"
    if match:
        source = "documents_fts CROSS JOIN documents d ON d.id = documents_fts.rowid"
        condition = _LISTED_MATCHES
        snippet = _SNIPPET
    rows = db.execute(
        f"SELECT {_COLUMNS}, {snippet} FROM {source} WHERE {condition}",  # noqa: S608
        {
            "page": json.dumps(list(ids)),
            "match": match,
            "least": min(ids, default=0),
            "greatest": max(ids, default=0),
        },
    ).fetchall()
    place = {number: index for index, number in enumerate(ids)}
    return sorted(map(_document, rows), key=lambda document: place[document.id])


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "1"


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
