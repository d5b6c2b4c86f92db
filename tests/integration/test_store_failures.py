"""Whatever happens to the disk, the key or the process: one clear line, and nothing lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from daemon.protocol.messages import CapturesQuery
from daemon.store import (
    STORE_FILE,
    DamagedStore,
    DiskFull,
    Store,
    StoreError,
    StoreKey,
    WrongKey,
    load_key,
)
from daemon.store.ballast import BALLAST_BYTES
from daemon.store.migrations import migrations
from daemon.store.personas import DEFAULT
from daemon.store.selection import Which
from daemon.store.sqlcipher import Database, sqlite3
from daemon.store.versions import NewVersion
from tests.letters import letter

ROUNDS = 4
ROOM_BYTES = 2**21
"""Of a small disk, for everything but the ballast."""


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    exists = (folder / STORE_FILE).exists()
    store = Store.open(folder / STORE_FILE, load_key(folder, store_exists=exists))
    try:
        yield store
    finally:
        store.close()


def texts(folder: Path) -> set[str]:
    with opened(folder) as store:
        return {
            document.text
            for document in store.documents.query(CapturesQuery(limit=10_000)).documents
        }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with a few texts in it, closed."""
    with opened(tmp_path) as store:
        for number in range(200):
            store.documents.add(letter(f"text {number} " * 20, draft=f"d{number}"))
    return tmp_path


def assert_one_line(error: BaseException) -> None:
    assert "\n" not in str(error)
    assert "text" not in str(error), "user text in an error"
    assert error.__cause__ is None


def test_a_wrong_key_is_named_and_changes_nothing(folder: Path) -> None:
    before = (folder / STORE_FILE).read_bytes()
    with pytest.raises(WrongKey, match="key does not fit") as caught:
        Store.open(folder / STORE_FILE, StoreKey(b"\0" * 32, "file"))
    assert_one_line(caught.value)
    assert (folder / STORE_FILE).read_bytes() == before
    assert len(texts(folder)) == 200


def flip(file: Path, position: int) -> None:
    content = bytearray(file.read_bytes())
    content[position] ^= 1
    file.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "first page": lambda file: flip(file, 100),
    "rubbish": lambda file: file.write_bytes(os.urandom(40_000)),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:5_000]),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_said_to_be_damaged_and_left_alone(folder: Path, damage: str) -> None:
    file = folder / STORE_FILE
    DAMAGE[damage](file)
    damaged = file.read_bytes()
    with pytest.raises(DamagedStore, match="damaged") as caught, opened(folder) as store:
        store.documents.query(CapturesQuery(limit=10_000))
    assert_one_line(caught.value)
    assert file.read_bytes() == damaged


def test_a_damaged_page_spoils_no_other_question(folder: Path) -> None:
    with opened(folder) as store:
        store.settings.set_completions(False)
        for number in range(30):  # so that the middle of the file is theirs
            store.documents.add(letter("A long letter. " * 300, draft=f"long {number}"))
    flip(folder / STORE_FILE, (folder / STORE_FILE).stat().st_size // 2)
    with opened(folder) as store:
        for _ in range(5):
            with pytest.raises(DamagedStore):
                store.documents.query(CapturesQuery(limit=10_000))
            assert not store.settings.completions()


WRITER = """
import sys
from pathlib import Path
from daemon.store import STORE_FILE, Store, load_key
from tests.letters import letter
folder = Path(sys.argv[1])
store = Store.open(folder / STORE_FILE, load_key(folder, store_exists=True))
number = 0
while True:
    text = f"{sys.argv[2]} {number}"
    store.documents.add(letter(text, draft=text))
    print(text, flush=True)
    number += 1
"""


def test_a_killed_process_loses_no_acknowledged_text(folder: Path) -> None:
    acknowledged: set[str] = set()
    for round_ in range(ROUNDS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), f"round {round_}"],
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            for line, _ in zip(process.stdout, range(10 + 7 * round_), strict=False):
                acknowledged.add(line.strip())
            process.send_signal(signal.SIGKILL)
            acknowledged |= {line.strip() for line in process.stdout if line.endswith("\n")}
    assert len(acknowledged) > 10 * ROUNDS
    assert acknowledged <= texts(folder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for the ballast and little more."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = f"size={BALLAST_BYTES + ROOM_BYTES}"
    command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_refuses_new_texts_keeps_the_old_ones_and_can_still_forget(
    small_disk: Path,
) -> None:
    with opened(small_disk) as store:
        kept: list[int] = []
        with pytest.raises(DiskFull, match="disk") as caught:
            while True:
                text = f"text {len(kept)} " * 2_000
                kept.append(store.documents.add(letter(text, draft=f"d{len(kept)}")).id)
        assert_one_line(caught.value)
        assert len(kept) > 5
        assert len(store.documents) == len(kept)
        assert sorted(store.documents.delete(Which(ids=kept[:3]))) == kept[:3]
        assert sorted(store.documents.delete(Which(everything=True))) == kept[3:]
        store.documents.add(letter("there is room again"))
    assert texts(small_disk) == {"there is room again"}


def test_a_disk_that_fills_while_a_version_is_saved_leaves_the_one_in_use_alone(
    small_disk: Path,
) -> None:
    with opened(small_disk) as store:
        document = store.documents.add(letter("what was learned from")).id
        in_use = store.versions.add(version([document], os.urandom(200_000), parent=None))
        before = store.versions.in_use(DEFAULT)
        too_large = os.urandom(2 * ROOM_BYTES)
        with pytest.raises(DiskFull, match="disk") as caught:
            store.versions.add(version([document], too_large, parent=in_use))
        assert_one_line(caught.value)
        with pytest.raises(DiskFull, match="disk"):
            store.versions.set_checkpoint(DEFAULT, "a course", too_large)
        assert store.versions.in_use(DEFAULT) == before
        assert len(store.versions.history(DEFAULT)) == 1
        store.documents.add(letter("there is still room", draft="another"))
    with opened(small_disk) as store:
        assert store.versions.in_use(DEFAULT) == before
        store.documents.delete(Which(ids=[document]))
        assert store.versions.in_use(DEFAULT) is None
        assert not store.versions.checkpoint(DEFAULT, "a course")


def version(documents: list[int], learned: bytes, *, parent: int | None) -> NewVersion:
    return NewVersion(
        persona=DEFAULT,
        part="adapter",
        base="a base",
        kept=True,
        reason="it is better",
        parent=parent,
        tokens=100,
        cpu_seconds=1.5,
        figures={},
        learned=learned,
        documents=documents,
    )


def test_readers_are_not_disturbed_by_writers(tmp_path: Path) -> None:
    with opened(tmp_path) as store, ThreadPoolExecutor(12) as threads:

        def write(number: int) -> None:
            for version in range(10):
                store.documents.add(letter(f"{number} v{version} rain", draft=f"d{number}"))

        def read(_: int) -> None:
            for _ in range(20):
                page = store.documents.query(CapturesQuery(query="rain", limit=200))
                assert page.total == len(page.documents) <= 8

        futures = [threads.submit(write, n) for n in range(8)]
        futures += [threads.submit(read, n) for n in range(4)]
        for future in futures:
            future.result()
        assert len(store.documents) == 8


def test_files_are_closed(folder: Path) -> None:
    process = psutil.Process()
    with opened(folder) as store:
        store.documents.query(CapturesQuery())
        before = process.num_fds()
        with ThreadPoolExecutor(8) as threads:
            list(
                threads.map(
                    lambda _: store.documents.query(CapturesQuery(query="text")), range(200)
                )
            )
        assert process.num_fds() <= before + 6
    closed = process.num_fds()
    for _ in range(10):
        with pytest.raises(WrongKey):
            Store.open(folder / STORE_FILE, StoreKey(b"\1" * 32, "file"))
        with opened(folder):
            pass
    assert process.num_fds() <= closed


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        pass
    with pytest.raises(StoreError, match="closed"):
        store.documents.add(letter("too late"))


def test_a_store_of_an_older_version_is_brought_up_to_date_with_its_texts(tmp_path: Path) -> None:
    key = load_key(tmp_path, store_exists=False)
    connection = sqlite3.connect(str(tmp_path / STORE_FILE))
    connection.execute(f"PRAGMA key = \"x'{key.raw.hex()}'\"")
    database = Database(connection)
    migrations.apply(database, stop_before="create_sites")
    database.execute(
        "INSERT INTO documents (site, kind, text, typed_chars, pasted_chars, created_at, draft) "
        "VALUES ('a.example', 'input', 'an old letter', 13, 0, '2026-01-01T00:00:00+00:00', 'd')"
    )
    connection.commit()
    connection.close()
    with opened(tmp_path) as store:
        assert store.documents.query(CapturesQuery(query="old")).total == 1
        store.sites.set("a.example", capture=True)
        assert store.sites.rules()[0].documents == 1


def test_a_copy_taken_while_the_daemon_runs_can_be_restored(folder: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    with opened(folder) as store:
        store.documents.add(letter("just now"))
        backup.mkdir()
        for file in folder.iterdir():
            if file.is_file():
                shutil.copy(file, backup)
    assert "just now" in texts(backup)
