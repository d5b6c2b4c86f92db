"""One encrypted file, one thread that writes, and readers beside it."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from daemon.store.ballast import Ballast
from daemon.store.errors import DamagedStore, DiskFull, StoreError, WrongKey, translated
from daemon.store.key import StoreKey
from daemon.store.migrations import migrations
from daemon.store.sqlcipher import Database, sqlite3

T = TypeVar("T")
Work = Callable[[Database], T]
READERS = 3
BUSY_MS = 5_000
_CHECK_SUFFIX = ".check"


class EncryptedDatabase:
    """Runs functions on connections: `write` in the one writing thread, `read` in the caller's."""

    def __init__(self, path: Path, key: StoreKey) -> None:
        """Open or create. Raises `StoreError` with a line for the user."""
        self._path, self._key = path, key
        self._ballast = Ballast(path.with_name("store.ballast"))
        self._check_key()
        self._jobs: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._readers: queue.LifoQueue[Database] = queue.LifoQueue()
        self._allowed = threading.BoundedSemaphore(READERS)
        self._writer = self._open_writer()
        self._thread = threading.Thread(target=self._write_all, name="store writer", daemon=True)
        self._thread.start()
        self._ballast.restore()

    def write(self, work: Work[T]) -> T:
        """Run ``work`` in a transaction and wait until it is on disk."""
        try:
            return self._write_in_turn(work)
        except DiskFull:
            # The log of what did not fit would go on filling the disk.
            with contextlib.suppress(StoreError):
                self._write_even_if_full(_empty_log)
            self._ballast.restore()
            raise

    def erase(self, work: Work[T]) -> T:
        """Like `write`, for deletion: leaves no trace in the log, and works on a full disk."""
        result = self._write_even_if_full(work)
        self._write_even_if_full(_empty_log)
        self._ballast.restore()
        return result

    def empty_log(self) -> None:
        """Leave nothing in the log of what has been overwritten in the file."""
        self.write(_empty_log)

    def read(self, work: Work[T]) -> T:
        """Run ``work`` on a connection of its own, all of it on one state of the store."""
        with self._allowed:
            reader = self._take_reader()
            try:
                with translated(), reader.atomic():
                    result = work(reader)
            except StoreError:
                # After a page that failed its check, a connection answers nothing any more.
                reader.close()
                raise
            self._readers.put(reader)
            return result

    def close(self) -> None:
        """Finish what was asked for, then let go of the file."""
        self._jobs.put(None)
        self._thread.join()
        with contextlib.suppress(queue.Empty):
            while True:
                self._readers.get_nowait().close()
        self._writer.close()

    def _write_in_turn(self, work: Work[T]) -> T:
        if not self._thread.is_alive():
            raise StoreError("The store is closed.")
        future: Future[T] = Future()
        self._jobs.put((work, future))
        return future.result()

    def _write_even_if_full(self, work: Work[T]) -> T:
        try:
            return self._write_in_turn(work)
        except DiskFull:
            self._ballast.drop()
            return self._write_in_turn(work)

    def _open_writer(self) -> Database:
        try:
            with translated():
                writer = self._connect()
                writer.execute("PRAGMA journal_mode = WAL").fetchall()
                writer.execute("PRAGMA secure_delete = ON").fetchall()
                migrations.apply(writer)
        except DamagedStore:
            raise DamagedStore(
                f"The store {self._path} is damaged. Restore it from a backup, or move it away "
                "to begin anew."
            ) from None
        return writer

    def _connect(self) -> Database:
        connection = sqlite3.connect(str(self._path), check_same_thread=False)
        database = Database(connection)
        try:
            database.execute("PRAGMA cipher_log_level = NONE")
            database.execute(f"PRAGMA key = \"x'{self._key.raw.hex()}'\"")
            database.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            # FULL: an acknowledged document survives a power cut.
            database.execute("PRAGMA synchronous = FULL")
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
        return database

    def _take_reader(self) -> Database:
        try:
            return self._readers.get_nowait()
        except queue.Empty:
            with translated():
                return self._connect()

    def _write_all(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, future = job
            try:
                future.set_result(self._write(work))
            except BaseException as error:  # noqa: BLE001 - it belongs to who asked
                future.set_exception(error)

    def _write(self, work: Work[T]) -> T:
        with translated():
            if work is _empty_log:
                return work(self._writer)
            with self._writer.atomic():
                return work(self._writer)

    def _check_key(self) -> None:
        """A wrong key and a damaged file look alike to SQLCipher; a keyed digest tells."""
        file = self._path.with_name(self._path.name + _CHECK_SUFFIX)
        digest = hmac.new(self._key.raw, b"plm store", hashlib.sha256).hexdigest()
        if self._path.exists() and file.exists():
            if not hmac.compare_digest(file.read_text("ascii", errors="replace"), digest):
                raise WrongKey(
                    f"The key does not fit the store {self._path}. Restore the key it was "
                    "made with, or move the store away to begin anew."
                )
            return
        with _disk():
            file.write_text(digest, "ascii")


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"The data folder cannot be written: {error.strerror}.") from None


def _empty_log(database: Database) -> None:
    """Move everything from the write-ahead log into the file and cut the log to nothing."""
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
