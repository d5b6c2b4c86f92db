"""An older version of the shared adapter is published again, as its operator wants."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from federation import release
from federation.coordinator.folder import FolderError
from federation.coordinator.going_back import go_back, wished
from tests.federation.world import World, quality, version, world

__all__ = ["quality", "world"]


async def test_an_operator_goes_back_and_every_node_takes_it_as_taken_back(world: World) -> None:
    coordinator = world.coordinator()
    for _ in range(2):
        await coordinator.look()
        world.all_make(1e-4)
        await coordinator.round(await coordinator.look())
    _, norm, _ = world.folder.stands()

    await coordinator.go_back(0)

    state, norm_now, newest = world.folder.stands()
    statement, tensors = release.read(newest)
    _, first = release.read(world.folder.release(0))
    assert (state.version, state.epoch, statement.taken_back, norm_now) == (3, 1, True, norm)
    assert all(np.array_equal(tensors[name], first[name]) for name in first)
    await coordinator.look()
    assert {node.current for node in world.nodes.values()} == {newest}
    assert [held.version for held in world.folder.rounds()] == [1, 2], "it was no round"
    world.all_make(1e-4)
    await coordinator.round(await coordinator.look())
    assert version(world) == 4


async def test_without_a_coordinator_an_older_version_is_published_as_well(world: World) -> None:
    coordinator = world.coordinator()
    await coordinator.look()
    world.all_make(1e-4)
    await coordinator.round(await coordinator.look())

    assert go_back(world.folder, 0) == 2

    assert release.read(world.folder.stands()[2])[0].taken_back
    with pytest.raises(FolderError, match="newest version is 2"):
        go_back(world.folder, 2)
    world.folder.release_file(0).unlink()
    with pytest.raises(FolderError, match="not kept"):
        go_back(world.folder, 0)
    assert version(world) == 2


async def test_what_is_no_wish_is_taken_away(world: World) -> None:
    (world.folder.path / "wanted.json").write_bytes(b"an older one, please")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await wished(world.folder)
    assert not (world.folder.path / "wanted.json").exists()
