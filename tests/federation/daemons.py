"""Five people with a daemon each, who write, learn, join a community and take part in it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from federation.coordinator.folder import Folder
from plm_engine.adapters.learned import Learned, unpack
from plm_engine.base.installed import InstalledBase
from tests.daemon_client import Client, Json
from tests.daemon_process import DaemonProcess, running_daemon
from tests.federation.relay import Relay, relay
from tests.federation.served import Coordinator, Plm, free_port, served
from tests.federation.watching import Watch
from tests.opened_store import opened_store
from tests.tiny_daemon import cache_of, learn, write

DEVICES = 5
ROUNDS = 3
FORUM, NOTES = "forum.example", "notes.example"
PATIENCE_S = 1_800
"""So long all of it may take, on a machine that has much else to do."""
_NOBODY_LISTENS = "http://127.0.0.1:9"
_INDISCREET = {
    "FLWR_TELEMETRY_ENABLED": "1",
    "HF_HUB_OFFLINE": "0",
    "HTTP_PROXY": _NOBODY_LISTENS,
    "HTTPS_PROXY": _NOBODY_LISTENS,
    "ALL_PROXY": _NOBODY_LISTENS,
}
"""What somebody may have set: a proxy that knows all, telemetry for another program of theirs."""


@dataclass(frozen=True)
class Author:
    """Who has letters of their own for what is nobody's business."""

    number: int

    @property
    def notes(self) -> list[str]:
        """Private."""
        own = ("bcd", "fgh", "jkl", "mnp", "rst")[self.number]
        return self._texts(f"aeiou {own}", 0, 20)

    @property
    def posts(self) -> list[str]:
        """On a site that may federate, later."""
        return self._texts("aeiou ", 1_000, 20)

    @property
    def later(self) -> list[str]:
        """What nobody has seen yet, not even this author's daemon."""
        return self._texts("aeiou ", 2_000, 20)

    def _texts(self, letters: str, first: int, count: int) -> list[str]:
        # Too short for anybody to tell that it is no English.
        seeds = range(10_000 * self.number + first, 10_000 * self.number + first + count)
        return ["".join(Random(seed).choices(letters, k=24)) for seed in seeds]


@dataclass(frozen=True)
class Device:
    """One author's, and what is left of it when its daemon has ended."""

    author: Author
    data_dir: Path
    watch: Watch
    base: InstalledBase
    personal: bytes
    """The personal adapter, as it was when its owner joined."""

    @property
    def node(self) -> int:
        """Its number in the community."""
        job, _ = next(self.watch.federating)
        return job.keys.node_id

    @property
    def membership(self) -> dict[str, Any]:
        """What the store says of it."""
        with opened_store(self.data_dir) as store:
            row = store.execute("SELECT version, in_use, tried FROM membership").fetchone()
        return dict(zip(("version", "in_use", "tried"), row, strict=True))

    @property
    def versions(self) -> list[tuple[str, str, bytes]]:
        """Part, state and content, the oldest first."""
        return versions(self.data_dir)

    @property
    def in_use(self) -> Learned:
        """What suggestions are made with, beside the shared adapter."""
        (current,) = (learned for _, state, learned in self.versions if state == "in_use")
        return unpack(current, self.base)


@dataclass(frozen=True)
class Lived:
    """What a community has been through."""

    base: InstalledBase
    folder: Folder
    relay: Relay
    devices: list[Device]


def versions(data_dir: Path) -> list[tuple[str, str, bytes]]:
    with opened_store(data_dir) as store:
        found = store.execute("SELECT part, state, learned FROM versions ORDER BY id").fetchall()
    return [(part, state, bytes(learned or b"")) for part, state, learned in found]


async def lived(place: Path, base: InstalledBase) -> Lived:
    """A community from its foundation until each of its devices has tried the last release."""
    async with asyncio.timeout(PATIENCE_S), relay(free_port(), free_port()) as between:
        with _coordinator(place, base, between) as coordinator:
            line = coordinator.plm.said("coordinator", "invite", str(coordinator.folder)).strip()
            devices = await _together(place, base, line)
    assert coordinator.folder
    return Lived(base, Folder(coordinator.folder), between, devices)


@contextlib.contextmanager
def _coordinator(place: Path, base: InstalledBase, between: Relay) -> Iterator[Coordinator]:
    plm = Plm(place, cache_of(base))
    folder = place / "community"
    url = f"http://127.0.0.1:{between.port}"
    about = ("--name", "Vowels", "--url", url, "--cohort", str(DEVICES), "--norm", "0.5")
    plm.said("coordinator", "init", str(folder), *about)
    # Each look costs as many letters as there are devices.
    with served(plm, folder, between.to, "--look-every", "3") as coordinator:
        yield coordinator


async def _together(place: Path, base: InstalledBase, line: str) -> list[Device]:
    for number in range(DEVICES):
        (place / f"device {number}").mkdir()
    async with contextlib.AsyncExitStack() as stack:
        people = [
            await stack.enter_async_context(_person(place / f"device {number}", base, number))
            for number in range(DEVICES)
        ]
        devices = await asyncio.gather(*(one.settle_in() for one in people))
        for one in people:  # one after the other: nobody waits for long to be let in
            await one.join(line)
        await asyncio.gather(*(one.take_part() for one in people))
        return devices


@contextlib.asynccontextmanager
async def _person(folder: Path, base: InstalledBase, number: int) -> AsyncIterator[Person]:
    watch = Watch(folder / "watch")
    with running_daemon(
        folder,
        cache_of(base),
        environment=_INDISCREET | watch.environment,
        under=watch.command,
    ) as daemon:
        async with daemon.browser() as browser:
            yield Person(Author(number), daemon, browser, watch, base)


@dataclass(frozen=True)
class Person:
    """At their browser."""

    author: Author
    daemon: DaemonProcess
    browser: Client
    watch: Watch
    base: InstalledBase

    async def settle_in(self) -> Device:
        """Write, let the machine learn from the notes, let the forum's posts be learned from."""
        await write(self.browser, NOTES, self.author.notes)
        await learn(self.browser)
        await self.browser.ask("learn_pause", paused=True)
        await write(self.browser, FORUM, self.author.posts)
        await self.browser.ask("site_set", site=FORUM, may_federate=True)
        ((part, state, personal),) = versions(self.daemon.data_dir)
        assert (part, state) == ("adapter", "in_use")
        return Device(self.author, self.daemon.data_dir, self.watch, self.base, personal)

    async def join(self, line: str) -> None:
        """The community; the coordinator may be too busy to answer at once."""
        while (answer := await self.browser.ask("federation_join", invitation=line))[
            "type"
        ] == "error":
            assert answer["message"] == "The coordinator did not answer.", answer

    async def take_part(self) -> None:
        """Without waiting for quiet hours, until the last release was tried."""
        while not _has_tried_all(status := await self.browser.ask("federation_status_query")):
            if status["doing"] is None:
                await self.browser.ask("federation_now")
            await asyncio.sleep(1)
        await self.browser.ask("federation_pause", paused=True)


def _has_tried_all(status: Json) -> bool:
    return bool(status["version"] >= ROUNDS and status["tried"])
