"""A community of real processes: a coordinator and five devices, each with an author's own texts.

What is learned together helps each of them on texts that nobody learned from, and nothing but
masked vectors and protocol left a device.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import pytest

from federation import release
from federation.coordinator.coordinator import Pace
from federation.coordinator.folder import Charter, Folder
from federation.coordinator.founding import invitation
from federation.coordinator.serving import ServeOptions, running
from federation.coordinator.summing import Patience
from federation.invitation import written
from federation.layout import Array
from federation.node.job import Entered, Federate, Made, Offered, Sent, unpack
from federation.simulation.community import Member, members
from federation.simulation.judged import Jury
from federation.strategies.fdlora import FDLoRA
from plm_engine.base.catalogue import DEFAULT
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from tests.federation.federating_process import Device, federate, joined
from tests.tiny_daemon import cache_of, tiny_default_base, vowels

DEVICES = 5
ROUNDS = 3
PATIENCE_S = 400
SOON = Pace(look_s=3.0, answer_s=20.0, release_s=60.0)


@dataclass
class Community:
    """All of it."""

    base: InstalledBase
    folder: Folder
    authors: list[Member]
    devices: list[Device]
    first: list[bytes] = field(default_factory=list)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():  # noqa: ASYNC110 - what is waited for is in other processes
                await asyncio.sleep(0.1)

    @property
    def version(self) -> int:
        state, _, _ = self.folder.stands()
        return state.version

    def has_newest(self, device: Device) -> bool:
        offered = device.all(Offered)
        return bool(offered) and offered[-1].version >= ROUNDS


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> InstalledBase:
    return tiny_default_base(tmp_path_factory.mktemp("base"))


@contextlib.asynccontextmanager
async def community(base: InstalledBase, path: Path) -> AsyncIterator[Community]:
    """A coordinator on loopback and devices that have joined."""
    strategy = FDLoRA()
    charter = Charter(
        name="Vowels",
        url="http://127.0.0.1:0",
        strategy=strategy.name,
        base=base.digest,
        cohort=DEVICES,
        norm=0.5,
    )
    folder = Folder.made(path, charter, strategy.begin(base.config, seed=0))
    authors = members(
        {f"author {n}": [vowels(1_000 * n + k, 300) for k in range(30)] for n in range(DEVICES)}
    )
    options = ServeOptions(
        cache_dir=cache_of(base), pace=SOON, patience=Patience(first_s=20, vectors_s=60, other_s=20)
    )
    async with running(folder, options) as (served, _):
        url = f"http://127.0.0.1:{served.port}"
        line = written(msgspec.structs.replace(invitation(folder), url=url))
        world = Community(base, folder, authors, [Device() for _ in authors])
        async with asyncio.TaskGroup() as group:
            jobs = []
            for author, device in zip(authors, world.devices, strict=True):
                enrolled = await joined(line, base.digest)
                world.first.append(enrolled.release)
                job = Federate(
                    cache=str(cache_of(base)),
                    base=DEFAULT.name,
                    invitation=line,
                    keys=enrolled.keys,
                    release=enrolled.release,
                    texts=author.texts,
                    seed=random.randrange(1_000),
                )
                jobs.append(group.create_task(federate(device, job)))
            yield world
            for one in jobs:
                one.cancel()


async def test_five_devices_make_an_adapter_that_helps_each_of_them(
    base: InstalledBase, tmp_path: Path
) -> None:
    async with community(base, tmp_path / "community") as world:
        await world.until(lambda: all(map(world.has_newest, world.devices)))

    held = [one for one in world.folder.rounds() if one.verdict == "published"]
    assert len(held) >= ROUNDS
    assert all(one.devices == DEVICES for one in held)
    newest = _tensors(world.devices[0].all(Offered)[-1].release)
    jury = Jury(CompletionEngine.open(base, threads=1), base, FDLoRA())
    for author in world.authors:
        judged = jury.judge(author, newest)
        assert judged.shared < judged.base
    for device in world.devices:
        _wrote_down_before_it_gave(device)
        _gave_no_update_twice(device)


def _tensors(packed: bytes) -> dict[str, Array]:
    _, tensors = release.read(release.decode(packed))
    return tensors


def _wrote_down_before_it_gave(device: Device) -> None:
    rounds, sent = device.all(Entered), device.all(Sent)
    assert len(rounds) >= len(sent) >= ROUNDS
    assert len({one.round for one in rounds}) == len(rounds)


def _gave_no_update_twice(device: Device) -> None:
    made = [unpack(one.update) for one in device.all(Made)]
    assert all(one is not None for one in made)
    assert len(made) >= len(device.all(Sent))
    vectors = [one.vector for one in made if one]
    assert all(np.any(one != vectors[0]) for one in vectors[1:])
