"""What is left after something was killed: store, files and processes, looked through."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from daemon.store.sqlcipher import sqlite3
from daemon.store.versions import MOST_KEPT
from plm_engine.adapters.learned import personal, unpack
from plm_engine.adapters.low_rank import AdapterError
from plm_engine.base.installed import InstalledBase
from tests.opened_store import opened_store

WORKER = "plm_engine.learning.worker"
NOTHING = ""
WELL = str(("ok",))


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a store holds."""

    versions: dict[int, str]
    """A digest of what is kept of each; `NOTHING` of those that were not kept or let go of."""
    in_use: int | None
    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Damage:
    """What is not as it should be; nothing, if all is well."""

    versions: list[str] = field(default_factory=list)
    """Lost, changed, or in use although they cannot be."""
    texts: list[str] = field(default_factory=list)
    """Lost."""
    files: list[str] = field(default_factory=list)
    """Left over."""
    processes: list[int] = field(default_factory=list)
    """Left over."""
    integrity: list[str] = field(default_factory=list)
    """Complaints of SQLite and SQLCipher."""


def take_inventory(data_dir: Path) -> Inventory:
    """Of a store that may be open elsewhere."""
    with opened_store(data_dir) as store:
        versions = store.execute("SELECT id, state, learned FROM versions").fetchall()
        texts = store.execute("SELECT text FROM documents").fetchall()
    in_use = [number for number, state, _ in versions if state == "in_use"]
    return Inventory(
        versions={number: _digest(learned) for number, _, learned in versions},
        in_use=in_use[0] if in_use else None,
        texts=frozenset(text for (text,) in texts),
    )


def version_damage(before: Inventory, data_dir: Path, base: InstalledBase) -> list[str]:
    """A version that is in use must be whole, and no older than before; the others unchanged."""
    after = take_inventory(data_dir)
    changed = [
        f"version {number} is not what it was"
        for number, digest in before.versions.items()
        if digest and after.versions.get(number) not in _possible(number, digest, after)
    ]
    if (after.in_use or 0) < (before.in_use or 0):
        changed.append("an older version is in use")
    return [*changed, *_unusable(data_dir, base)]


def integrity_damage(data_dir: Path) -> list[str]:
    """Every page, every index, the search index too, and all that refers to something else."""
    found: list[str] = []
    with opened_store(data_dir) as store:
        for check in ("cipher_integrity_check", "integrity_check", "foreign_key_check"):
            try:
                found += map(str, store.execute(f"PRAGMA {check}").fetchall())
            except sqlite3.Error as error:
                found.append(str(error))
    return [complaint for complaint in found if complaint != WELL]


def files_in(folders: Iterable[Path]) -> set[Path]:
    """Every file in them, however deep."""
    return {file for folder in folders for file in folder.rglob("*") if file.is_file()}


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Every process that was started for this data folder and is not over yet."""
    return [process for process in psutil.process_iter() if _is_of(process, data_dir)]


def is_over(process: psutil.Process) -> bool:
    """Whether it has ended, even if nobody has taken note of it yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def learning_process(daemon: int) -> psutil.Process | None:
    """The one that a daemon has started, while it runs."""
    children = psutil.Process(daemon).children()
    running = (one for one in children if not is_over(one) and WORKER in _command(one))
    return next(running, None)


def _digest(learned: bytes | None) -> str:
    return hashlib.sha256(learned).hexdigest() if learned else NOTHING


def _possible(number: int, digest: str, after: Inventory) -> set[str]:
    """What may be kept of a version that was whole: all of it, and nothing once it is old."""
    newer = sum(other > number and bool(kept) for other, kept in after.versions.items())
    return {digest, NOTHING} if newer >= MOST_KEPT else {digest}


def _unusable(data_dir: Path, base: InstalledBase) -> Iterator[str]:
    with opened_store(data_dir) as store:
        used = store.execute(
            "SELECT id, learned, (SELECT count(*) FROM version_documents WHERE version = id) "
            "FROM versions WHERE state = 'in_use'"
        ).fetchall()
    for number, learned, documents in used:
        try:
            personal(unpack(bytes(learned or b""), base), base)
        except AdapterError as error:
            yield f"version {number}: {error}"
        if not documents:
            yield f"version {number} was learned from nothing"


def _is_of(process: psutil.Process, data_dir: Path) -> bool:
    try:
        return process.environ().get("PLM_DATA_DIR") == str(data_dir) and not is_over(process)
    except psutil.Error:
        return False


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
