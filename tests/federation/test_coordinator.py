"""A community's course, with real nodes and the real gate, and nothing between them."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import stat
from pathlib import Path

import msgspec
import numpy as np
import pytest

from federation import release
from federation.coordinator.folder import Folder, FolderError
from federation.coordinator.quality import PublicText
from federation.node.limits import Limits
from federation.node.member import Update
from tests.federation.world import World, a_world, quality, version, world

__all__ = ["quality", "world"]


async def test_who_is_new_is_given_the_release_and_is_ready_once_it_has_made_an_update(
    world: World,
) -> None:
    coordinator = world.coordinator()

    assert await coordinator.look() == []
    _, _, newest = world.folder.stands()
    assert {node.current for node in world.nodes.values()} == {newest}
    assert await coordinator.look() == []

    world.all_make(1e-4)
    assert sorted(await coordinator.look()) == sorted(world.nodes)


async def test_a_round_becomes_a_release_that_every_node_takes(world: World) -> None:
    coordinator = world.coordinator()
    await coordinator.look()
    world.all_make(1e-4)
    before, _, first = world.folder.stands()

    await coordinator.round(await coordinator.look())

    after, _, second = world.folder.stands()
    step = world.layout.flat(after.tensors) - world.layout.flat(before.tensors)
    assert np.allclose(step, 1.5e-4, rtol=0.05)  # Nesterov's first step: 1 + 0.5
    [held] = world.folder.rounds()
    assert (held.version, held.devices, held.verdict) == (1, 4, "published")
    assert held.within_norm == pytest.approx(1.0, abs=1e-3)
    await coordinator.look()
    assert {node.current for node in world.nodes.values()} == {second}
    statement, _ = release.read(second)
    assert statement.parent == first.digest


async def test_it_runs_by_itself_from_round_to_round(world: World) -> None:
    running = asyncio.create_task(world.coordinator().run())
    async with asyncio.timeout(60):
        while version(world) < 3 and not running.done():
            await asyncio.sleep(0.02)
            for node in world.nodes.values():
                if node.current and node.needs_update:
                    node.has_made(Update(node.current.digest, np.full(world.layout.size, 1e-5)))
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running

    assert [held.version for held in world.folder.rounds()][:3] == [1, 2, 3]


async def test_a_coordinator_that_was_killed_goes_on_where_it_was(world: World) -> None:
    first = world.coordinator()
    await first.look()
    world.all_make(1e-4)
    await first.round(await first.look())
    stood = world.folder.stands()

    second = world.coordinator()
    await second.look()
    world.all_make(1e-4)
    await second.round(await second.look())

    state, _, newest = world.folder.stands()
    statement, _ = release.read(newest)
    assert (state.version, statement.parent) == (2, stood[2].digest)


class KilledError(Exception):
    """In the place of SIGKILL."""


@pytest.mark.parametrize(
    ("dies_at", "versions", "verdict"),
    [
        ("keep", [1, -1], "not published: the coordinator was stopped"),
        ("note", [1, 2], "published"),
        ("unlink", [1, 2], "published"),
    ],
)
async def test_a_round_over_which_the_coordinator_is_killed_is_noted_once(
    world: World, monkeypatch: pytest.MonkeyPatch, dies_at: str, versions: list[int], verdict: str
) -> None:
    first = world.coordinator()
    await first.look()
    world.all_make(1e-4)
    await first.round(await first.look())
    await first.look()
    world.all_make(1e-4)
    with monkeypatch.context() as dying, pytest.raises(KilledError):
        dying.setattr(Path if dies_at == "unlink" else Folder, dies_at, _be_killed)
        await first.round(await first.look())

    world.coordinator()

    rounds = list(world.folder.rounds())
    assert ([one.version for one in rounds], rounds[-1].verdict) == (versions, verdict)
    assert version(world) == max(versions)
    world.coordinator()
    assert list(world.folder.rounds()) == rounds


def _be_killed(*_: object, **__: object) -> None:
    raise KilledError


async def test_too_few_to_the_end_is_no_release_and_the_next_round_is(world: World) -> None:
    coordinator = world.coordinator()
    await coordinator.look()
    world.all_make(1e-4)
    ready = await coordinator.look()

    world.asleep = {"1000", "1001"}
    await coordinator.round(ready)
    assert version(world) == 0

    world.asleep = set()
    await coordinator.round(await coordinator.look())
    assert version(world) == 1


async def test_a_step_that_spoils_public_text_is_not_published(world: World) -> None:
    coordinator = world.coordinator()
    await coordinator.look()
    spoils = np.random.default_rng(0).normal(size=world.layout.size)
    world.folder.write_charter(msgspec.structs.replace(world.folder.charter, norm=1e3))
    state, _, newest = world.folder.stands()
    world.folder.keep(state, 1e3, newest)
    coordinator = world.coordinator()
    world.all_make(spoils)

    await coordinator.round(await coordinator.look())

    [held] = world.folder.rounds()
    assert held.verdict.startswith("not published")
    assert version(world) == 0


async def test_what_most_devices_refuse_is_taken_back_under_a_new_number(world: World) -> None:
    coordinator = world.coordinator()
    await coordinator.look()
    world.all_make(1e-4)
    await coordinator.round(await coordinator.look())
    await coordinator.look()
    world.all_make(1e-4, refused=["1000", "1001", "1002"])

    await coordinator.round(await coordinator.look())

    state, _, newest = world.folder.stands()
    statement, tensors = release.read(newest)
    _, good = release.read(world.folder.release(0))
    assert (state.version, state.epoch, statement.taken_back) == (2, 1, True)
    assert all(np.array_equal(tensors[name], good[name]) for name in good)
    await coordinator.look()
    assert {node.current for node in world.nodes.values()} == {newest}


async def test_what_was_taken_back_to_is_never_exchanged_for_what_was_refused(
    world: World,
) -> None:
    coordinator = world.coordinator()
    for refused in ([], [*world.nodes], [*world.nodes]):
        await coordinator.look()
        world.all_make(1e-4, refused=refused)
        await coordinator.round(await coordinator.look())

    taken_back, _ = release.read(world.folder.release(2))
    newest, tensors = release.read(world.folder.release(3))
    _, refused_ones = release.read(world.folder.release(1))
    assert taken_back.taken_back
    assert not newest.taken_back
    assert any(not np.array_equal(tensors[name], refused_ones[name]) for name in tensors)
    assert [held.verdict.split(":")[0] for held in world.folder.rounds()] == [
        "published",
        "taken back",
        "published",
    ]


async def test_what_few_devices_refuse_stays(world: World) -> None:
    coordinator = world.coordinator()
    await coordinator.look()
    world.all_make(1e-4)
    await coordinator.round(await coordinator.look())
    await coordinator.look()
    world.all_make(1e-4, refused=["1000"])

    await coordinator.round(await coordinator.look())

    assert version(world) == 2
    assert [held.verdict for held in world.folder.rounds()] == ["published", "published"]


async def test_one_of_three_groups_that_is_poisoned_does_not_move_the_others(
    tmp_path: Path, quality: PublicText
) -> None:
    world = a_world(tmp_path / "groups", quality, nodes=12, cohort=12, groups=3)
    coordinator = world.coordinator()
    await coordinator.look()
    before, _, _ = world.folder.stands()
    world.all_make(1e-4)
    poisoner = world.nodes["1005"]
    assert poisoner.current
    poisoner.has_made(Update(poisoner.current.digest, np.full(world.layout.size, -1.0)))

    await coordinator.round(await coordinator.look())

    after, _, _ = world.folder.stands()
    step = world.layout.flat(after.tensors) - world.layout.flat(before.tensors)
    assert np.allclose(step, 1.5e-4, rtol=0.05)


async def test_there_are_no_more_groups_than_nodes_find_large_enough(
    tmp_path: Path, quality: PublicText
) -> None:
    world = a_world(tmp_path / "seven", quality, nodes=7, cohort=7, groups=2)
    coordinator = world.coordinator()
    await coordinator.look()
    world.all_make(1e-4)

    await coordinator.round(await coordinator.look())

    assert [held.devices for held in world.folder.rounds()] == [7]


async def test_a_round_that_everybody_declines_comes_to_nothing(world: World) -> None:
    coordinator = world.coordinator()
    await coordinator.look()
    world.all_make(1e-4)
    for node in world.nodes.values():
        node._limits = Limits(smallest_cohort=5)

    await coordinator.round(await coordinator.look())

    assert coordinator.fruitless == 1
    assert version(world) == 0


def test_keys_are_for_their_owner_only_and_a_community_is_not_made_twice(world: World) -> None:
    for name in ("authority.key", "publisher.key"):
        assert stat.S_IMODE((world.folder.path / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(world.folder.path.stat().st_mode) == 0o700
    with pytest.raises(FolderError, match="already"):
        state, _, _ = world.folder.stands()
        Folder.made(world.folder.path, world.folder.charter, state)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("charter.json", "charter"),
        ("state.safetensors", "state"),
        ("releases/00000000.release", "state"),
        ("publisher.key", "publisher"),
    ],
)
def test_what_is_damaged_is_said_in_one_line(world: World, file: str, why: str) -> None:
    (world.folder.path / file).write_bytes(b"damaged")

    with pytest.raises(FolderError, match=why) as raised:
        world.folder.stands()
        assert world.folder.publisher
    assert "\n" not in str(raised.value)


def test_a_line_of_the_log_that_was_cut_off_is_passed_over(world: World) -> None:
    (world.folder.path / "rounds.jsonl").write_bytes(b'{"at": 1, "vers')

    assert list(world.folder.rounds()) == []


async def test_after_a_line_that_was_cut_off_the_next_round_is_noted(world: World) -> None:
    (world.folder.path / "rounds.jsonl").write_bytes(b'{"at": 1, "vers')
    coordinator = world.coordinator()
    await coordinator.look()
    world.all_make(1e-4)

    await coordinator.round(await coordinator.look())

    assert [held.version for held in world.folder.rounds()] == [1]


async def test_a_round_that_could_not_be_written_down_for_want_of_room_is_not_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinator = world.coordinator()
    await coordinator.look()
    world.all_make(1e-4)
    with monkeypatch.context() as full, pytest.raises(OSError, match="No space"):
        full.setattr(Folder, "keep", _no_room)
        await coordinator.round(await coordinator.look())
    world.all_make(1e-4)

    await coordinator.round(await coordinator.look())

    assert [held.verdict.split(":")[0] for held in world.folder.rounds()] == [
        "not published",
        "published",
    ]


def _no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_groups_that_no_sum_can_hold_are_no_charter(world: World) -> None:
    file = world.folder.path / "charter.json"
    written = msgspec.json.decode(file.read_bytes())
    file.write_bytes(msgspec.json.encode(written | {"cohort": 3_001, "groups": 3}))
    with pytest.raises(FolderError, match="more groups are needed"):
        assert world.folder.charter
