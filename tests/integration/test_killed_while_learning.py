"""Whatever is killed at whatever moment of a course: a whole version is in use, nothing is lost."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.store import STORE_FILE, Store, load_key
from daemon.store.sqlcipher import sqlite3
from daemon.worker_process import end_leftovers
from plm_engine.adapters.learned import Learned, pack
from plm_engine.base import InstalledBase
from tests.aftermath import Damage, integrity_damage, processes_of, take_inventory, version_damage
from tests.daemon_process import daemon_environment
from tests.kills import KEEPING, Household, Kill, Moment, Victim
from tests.letters import letter
from tests.tiny_daemon import tiny_default_base

TEXTS = 40
ATTEMPTS = 4


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> InstalledBase:
    return tiny_default_base(tmp_path_factory.mktemp("tiny"))


async def test_whoever_is_killed_nothing_is_lost_or_left_over(
    tmp_path: Path, base: InstalledBase
) -> None:
    with Household.at(tmp_path, base) as household:
        usual = await household.learn_in_peace(TEXTS)
        moments = [
            (Victim.DAEMON, Moment(0, since="learning")),
            (Victim.BOTH, Moment(0, since="fusing")),
            (Victim.WORKER, Moment(0, since="judging")),
            (Victim.DAEMON, Moment(usual.keeping_s / 2, since=KEEPING)),
        ]
        kills = [await in_time(household, victim, moment) for victim, moment in moments]
    assert sum(kill is not None for kill in kills) >= len(moments) - 1, "they came too late"
    assert not [kill for kill in kills if kill and kill.damage != Damage()]


async def in_time(household: Household, victim: Victim, moment: Moment) -> Kill | None:
    """Some stages are over within a tenth of a second: who comes too late tries another course."""
    for _ in range(ATTEMPTS):
        kill = await household.kill(victim, moment)
        if kill is not None:
            return kill
    return None


def test_a_learning_process_whose_daemon_is_gone_is_ended_at_the_next_start() -> None:
    """Where the system does not do so: the process that stands in for one does not either."""
    with (
        subprocess.Popen([sys.executable, "-c", ""]) as daemon,
        looks_like_a_learning_process(of=os.getpid()) as ours,
        looks_like_a_learning_process(of=daemon.pid) as left,
    ):
        daemon.wait()
        left.send_signal(signal.SIGSTOP)
        end_leftovers()
        assert left.wait(10) == -signal.SIGKILL
        assert ours.poll() is None


@contextlib.contextmanager
def looks_like_a_learning_process(of: int) -> Iterator[subprocess.Popen[bytes]]:
    code = "import time; time.sleep(60)"
    command = [sys.executable, "-c", code, "plm_engine.learning.worker", str(of)]
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def data_dir(tmp_path: Path, base: InstalledBase) -> Path:
    """A store with two versions, the second in use."""
    folder = tmp_path / "data"
    folder.mkdir()
    store = Store.open(folder / STORE_FILE, load_key(folder, store_exists=False))
    for number in range(50):
        store.documents.add(letter(f"text {number}", draft=f"d{number}"))
    store.close()
    for state in ("kept", "in_use"):
        add_version(folder, state, pack(Learned(base.digest)))
    return folder


def add_version(data_dir: Path, state: str, learned: bytes) -> None:
    change(
        data_dir,
        "INSERT INTO versions (persona, part, state, reason, base, created_at, tokens, "
        "cpu_seconds, figures, learned) "
        f"VALUES ('default', 'adapter', '{state}', '', '', '', 1, 1, '{{}}', x'{learned.hex()}')",
        "INSERT INTO version_documents SELECT max(versions.id), 1 FROM versions",
    )


def change(data_dir: Path, *statements: str) -> None:
    """What no PLM would do."""
    key = load_key(data_dir, store_exists=True).raw.hex()
    with contextlib.closing(sqlite3.connect(str(data_dir / STORE_FILE))) as store:
        store.execute(f"PRAGMA key = \"x'{key}'\"")
        for statement in statements:
            store.execute(statement)
        store.commit()


def test_a_whole_store_is_found_whole(data_dir: Path, base: InstalledBase) -> None:
    assert take_inventory(data_dir).in_use == 2
    assert not version_damage(take_inventory(data_dir), data_dir, base)
    assert not integrity_damage(data_dir)


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM versions WHERE id = 1",
        "UPDATE versions SET learned = NULL WHERE id = 1",
        "UPDATE versions SET learned = substr(learned, 1, 9) WHERE id = 2",
        "UPDATE versions SET state = 'kept' WHERE id = 2",
        "DELETE FROM version_documents WHERE version = 2",
    ],
)
def test_a_version_that_is_lost_or_broken_is_found(
    data_dir: Path, base: InstalledBase, harm: str
) -> None:
    before = take_inventory(data_dir)
    change(data_dir, harm)
    assert version_damage(before, data_dir, base)


def test_a_new_version_that_is_broken_is_found(data_dir: Path, base: InstalledBase) -> None:
    before = take_inventory(data_dir)
    change(data_dir, "UPDATE versions SET state = 'kept'")
    add_version(data_dir, "in_use", pack(Learned(base.digest))[:-1])
    assert version_damage(before, data_dir, base)


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM documents_fts_data WHERE id > 10",
        "INSERT INTO version_documents VALUES (99, 1)",
    ],
)
def test_a_table_that_does_not_fit_the_others_is_found(data_dir: Path, harm: str) -> None:
    change(data_dir, harm)
    assert integrity_damage(data_dir)


def test_a_wrong_bit_is_found(data_dir: Path) -> None:
    file = data_dir / STORE_FILE
    content = bytearray(file.read_bytes())
    content[-2_000] ^= 1
    file.write_bytes(content)
    assert integrity_damage(data_dir)


def test_a_process_that_is_left_over_is_found(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    assert not processes_of(data_dir)
    with stray_process(tmp_path) as process:
        assert [one.pid for one in processes_of(data_dir)] == [process.pid]
    assert not processes_of(data_dir)


@contextlib.contextmanager
def stray_process(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"]
    env = daemon_environment(folder, folder)
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()
