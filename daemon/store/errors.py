"""What can go wrong with the store, in words for its user; never with a word of its content."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from daemon.store.sqlcipher import sqlite3


class StoreError(Exception):
    """One clear line."""


class WrongKey(StoreError):  # noqa: N818 - reads better where it is caught
    """The key that was found does not open this store."""


class DamagedStore(StoreError):  # noqa: N818
    """The key is right, the file is not."""


class DiskFull(StoreError):  # noqa: N818
    """There is no room to write."""


class StoreBusy(StoreError):  # noqa: N818
    """Another process holds the store."""


_DAMAGED = "The store is damaged. Restore it from a backup, or move it away to begin anew."
_KINDS: tuple[tuple[str, type[StoreError], str], ...] = (
    ("disk is full", DiskFull, "The disk is full: nothing was stored. Free some space."),
    ("disk i/o error", DiskFull, "The disk cannot be written: nothing was stored."),
    ("not a database", DamagedStore, _DAMAGED),
    ("malformed", DamagedStore, _DAMAGED),
    ("locked", StoreBusy, "Another program holds the store. Close it and try again."),
)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn SQLite's errors into ours; the cause is cut off, since it may quote a statement."""
    try:
        yield
    except sqlite3.Error as error:
        raise _kind_of(str(error)) from None


def _kind_of(reason: str) -> StoreError:
    for mark, kind, message in _KINDS:
        if mark in reason.lower():
            return kind(message)
    return StoreError("The store could not do that.")
