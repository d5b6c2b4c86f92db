"""One coordinator per community: the lock, and the note that says where it listens."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import filelock
import msgspec

from federation.coordinator.folder import Folder
from plm_engine.base.files import write_whole

_NOTE = "serving.json"


class ServeError(Exception):
    """Why the coordinator cannot be started: one line for the operator."""


class Served(msgspec.Struct, frozen=True):
    """A running coordinator."""

    pid: int
    port: int
    """Of the gateway."""
    page_port: int
    """Of the operator's page, on 127.0.0.1."""


def read_note(folder: Folder) -> Served | None:
    """What the running coordinator wrote down, or what one that was killed left behind."""
    try:
        return msgspec.json.decode((folder.path / _NOTE).read_bytes(), type=Served)
    except (OSError, msgspec.MsgspecError):
        return None


@contextlib.contextmanager
def only_one(folder: Folder) -> Iterator[None]:
    """Hold a community's lock. Raises `ServeError` where another process does."""
    lock = filelock.FileLock(folder.path / "coordinator.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout:
        other = read_note(folder)
        by = f" (process {other.pid})" if other else ""
        raise ServeError(f"The community in {folder.path} is being served already{by}.") from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def noted(folder: Folder, served: Served) -> Iterator[None]:
    """Leave a note in the folder for as long as the coordinator runs."""
    note = folder.path / _NOTE
    write_whole(note, msgspec.json.encode(served))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
