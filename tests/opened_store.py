"""The store as SQLCipher opens it, also beside a daemon that has it open."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from daemon.store import STORE_FILE, load_key
from daemon.store.sqlcipher import sqlite3


@contextlib.contextmanager
def opened_store(data_dir: Path) -> Iterator[Any]:
    """A connection that changes no file, nor moves the log into the store, however it ends."""
    key = load_key(data_dir, store_exists=True).raw.hex()
    file = f"{(data_dir / STORE_FILE).as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(file, uri=True)) as connection:
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        yield connection


def every_value(data_dir: Path) -> Iterator[tuple[str, bytes]]:
    """All that is in any row of any table, the search index's own included, with the table."""
    with opened_store(data_dir) as store:
        found = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in found:
            for row in store.execute(f'SELECT * FROM "{table}"').fetchall():
                yield from ((table, _as_bytes(value)) for value in row)


def _as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
