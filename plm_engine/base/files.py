"""Digests, durable files and the errors of a full disk."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from plm_engine.base.errors import BaseModelError

CHUNK_BYTES = 1 << 20


def sha256(path: Path, on_fraction: Callable[[float], None] = lambda _: None) -> str:
    """Hexadecimal SHA-256 of a file, read in chunks."""
    digest = hashlib.sha256()
    size = max(path.stat().st_size, 1)
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            on_fraction(done / size)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Make a file's or a folder's content survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_folder(new: Path, place: Path) -> None:
    """Put a finished folder in its place in one step; its files are on disk before it shows."""
    for file in new.iterdir():
        sync(file)
    sync(new)
    if place.exists():
        shutil.rmtree(place)
    new.rename(place)
    sync(place.parent)


def write_whole(place: Path, content: bytes) -> None:
    """Put a file in its place in one step; it is on disk before it shows."""
    unfinished = place.with_name(place.name + ".part")
    unfinished.write_bytes(content)
    sync(unfinished)
    unfinished.replace(place)
    sync(place.parent)


@contextlib.contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn a full or read-only disk into one clear line."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BaseModelError(
                f"the disk that holds {folder} is full: free about 500 MB and run this again"
            ) from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise BaseModelError(f"cannot write to {folder}: {error.strerror}") from error
        raise
