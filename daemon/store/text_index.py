"""The full-text index while much of what it holds is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from daemon.store.sqlcipher import Database

MANY = 1_000
"""From so many on, making the index anew is sooner done than taking text after text out of it."""


@contextmanager
def made_anew(db: Database) -> Iterator[None]:
    """In the block no trigger keeps the index in step; after it the index knows what is left."""
    triggers = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'documents'"
    ).fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    yield
    db.execute("INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')")
    for _, sql in triggers:
        db.execute(sql)
