"""What was deleted lately: a text that was on its way meanwhile must not bring it back.

Rules, days and random names of drafts; never text. Kept for as long as a text may be on its way.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from daemon.protocol.messages import Capture
from daemon.store.database import EncryptedDatabase
from daemon.store.sqlcipher import Database

LONGEST_WAY = datetime.timedelta(days=7)
NOT_FROM_FIELDS = ("import-", "taught-")
"""How drafts begin that nobody writes on."""


class Gone(NamedTuple):
    """A document that was deleted."""

    id: int
    draft: str
    site: str
    created_at: str


class Deletions:
    """The ``deletions`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def cover(self, capture: Capture, persona: str, written: datetime.datetime) -> bool:
        """Whether something was deleted after this was written, and this would have been in it."""
        asked = {
            "draft": capture.draft,
            "site": capture.site,
            "persona": persona,
            "written": _instant(written),
        }
        return self._database.read(
            lambda db: bool(
                db.execute(
                    "SELECT 1 FROM deletions WHERE deleted_at > :written "
                    "AND coalesce(draft, :draft) = :draft AND coalesce(site, :site) = :site "
                    "AND coalesce(persona, :persona) = :persona "
                    "AND coalesce(since, :written) <= :written "
                    "AND (before IS NULL OR :written < before)",
                    asked,
                ).fetchone()
            )
        )


def note_deletion(
    db: Database,
    documents: Iterable[Gone],
    *,
    site: str | None = None,
    persona: str | None = None,
    since: str | None = None,
    before: str | None = None,
) -> None:
    """Within the transaction that deletes everything that fits; what is None, anything fits."""
    _forget_old_ones(db)
    _note_drafts(db, (one for one in documents if one.created_at > _oldest()))
    scope = {"site": site, "persona": persona, "since": since, "before": before}
    _note(db, [scope])


def note_deleted(db: Database, documents: Iterable[Gone]) -> None:
    """Within the transaction that deletes documents: their drafts.

    However old: somebody may have written on, in a page that has been open all the time.
    """
    _forget_old_ones(db)
    _note_drafts(db, documents)


def _forget_old_ones(db: Database) -> None:
    db.execute("DELETE FROM deletions WHERE deleted_at < ?", [_oldest()])


def _oldest() -> str:
    return _instant(datetime.datetime.now(datetime.UTC) - LONGEST_WAY)


def _note_drafts(db: Database, documents: Iterable[Gone]) -> None:
    from_fields = (one for one in documents if not one.draft.startswith(NOT_FROM_FIELDS))
    _note(db, [{"draft": one.draft, "site": one.site} for one in from_fields])


def _note(db: Database, scopes: Iterable[dict[str, str | None]]) -> None:
    nothing = dict.fromkeys(("draft", "site", "persona", "since", "before"))
    deleted_at = _instant(datetime.datetime.now(datetime.UTC))
    rows = [nothing | scope | {"deleted_at": deleted_at} for scope in scopes]
    db.table("deletions").insert_all(rows)


def _instant(moment: datetime.datetime) -> str:
    """Sorts as text."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds")
