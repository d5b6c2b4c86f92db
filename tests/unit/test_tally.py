"""Counts are kept once, however many ask for them at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.store import STORE_FILE, Store, StoreError, load_key
from daemon.tally import Tally


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / STORE_FILE, load_key(tmp_path, store_exists=False))
    yield opened
    opened.close()


async def test_what_is_kept_twice_at_once_counts_once(store: Store) -> None:
    tally = Tally(store)
    tally.add("accepted")
    tally.add("chars_saved", 40)
    await asyncio.gather(tally.keep(), tally.keep())
    assert store.events.totals() == {"accepted": 1, "chars_saved": 40}


async def test_who_kept_while_another_was_keeping_reads_all_of_it(store: Store) -> None:
    tally = Tally(store)
    tally.add("accepted")
    tally.add("chars_saved", 40)
    another = asyncio.create_task(tally.keep())
    await asyncio.sleep(0)
    await tally.keep()
    assert store.events.totals() == {"accepted": 1, "chars_saved": 40}
    await another


async def test_what_cannot_be_written_is_counted_the_next_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    tally = Tally(store)
    tally.add("accepted", 2)
    with monkeypatch.context() as disk:
        disk.setattr(type(store.events), "count", full)
        await tally.keep()
    assert store.events.totals() == {}
    await tally.keep()
    assert store.events.totals() == {"accepted": 2}
