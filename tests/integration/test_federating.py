"""Taking part in a community: real processes, a real coordinator, and what the store says of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from federation import release
from federation.coordinator.roll import Roll
from federation.node.job import pack
from federation.node.member import Update
from federation.strategies import STRATEGIES
from plm_engine.base import InstalledBase
from tests.engine.conftest import tiny, tiny_base
from tests.integration.federated import SITE, Community, Machine, community, machine, until

__all__ = ["tiny", "tiny_base"]

MANY = 24


class _Reader:
    def knows(self, _text: str) -> bool:
        return True


@pytest.fixture(autouse=True)
def reads_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model's language is none that anybody could tell."""
    monkeypatch.setattr("daemon.learning.learning.LanguageGuard", _Reader)
    monkeypatch.setattr("daemon.federation.federating.LanguageGuard", _Reader)


@pytest.fixture(autouse=True)
def no_battery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None)


@pytest.fixture
def mine(tmp_path: Path, tiny_base: InstalledBase) -> Iterator[Machine]:
    one = machine(tmp_path / "mine", tiny_base)
    yield one
    one.store.close()


@pytest.fixture
async def writers(tmp_path: Path, tiny_base: InstalledBase) -> AsyncIterator[Community]:
    async with community(tmp_path, tiny_base) as one:
        yield one


def keep_an_update(mine: Machine, numbers: list[int]) -> bool:
    """As if it had been made; how it is, `tests/federation/test_end_to_end.py` shows."""
    held = mine.store.federation.belongings()
    assert held
    current = release.decode(held.release)
    statement, tensors = release.read(current)
    size = STRATEGIES[statement.strategy].layout(tensors).size
    update = Update(current.digest, np.random.default_rng(0).normal(scale=0.01, size=size))
    return mine.store.federation.keep_update(pack(update), numbers)


async def test_an_update_leaves_once_and_the_release_that_comes_is_tried_before_it_is_used(
    mine: Machine, writers: Community
) -> None:
    numbers = mine.write(MANY)
    mine.store.sites.set(SITE, capture=True, may_federate=True)
    await mine.schedule.join(writers.line)
    assert mine.schedule.status().community == "Writers"
    assert keep_an_update(mine, numbers)
    async with mine.looked_after():
        mine.schedule.begin_now()
        await until(lambda: mine.schedule.status().update_waits)
        async with writers.others(3):
            await until(lambda: mine.schedule.status().rounds)
            status = mine.schedule.status()
            assert status.rounds[0].version == 0
            assert status.rounds[0].threshold == 3
            await until(lambda: mine.schedule.status().version == 1)
        assert not mine.schedule.status().update_waits
        mine.schedule.begin_now()
        await until(lambda: mine.schedule.status().tried)
    status = mine.schedule.status()
    first, zeroth = status.verdicts[0], status.verdicts[-1]
    assert (zeroth.version, zeroth.kept) == (0, False)
    assert first.version == 1
    history = mine.store.versions.history("default")
    assert [one.part for one in history] == ["shared"]
    if first.kept:
        assert mine.writing.fusion.shared_file == mine.folder / "community-1.safetensors"
        assert mine.writing.known("default").personal.adapter
        assert mine.kept == 1
    assert status.bytes == status.rounds[0].bytes
    assert members(writers) == 4
    await mine.schedule.leave()
    await until(lambda: members(writers) == 3)
    assert not list(mine.folder.glob("community-*"))
    assert mine.writing.fusion.shared_file is None
    assert len(mine.schedule.status().rounds) == 1
    assert mine.schedule.status().community is None


def members(writers: Community) -> int:
    with Roll.opened(writers.folder.path) as roll:
        return len(roll)
