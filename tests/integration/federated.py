"""What the daemon has to take part in a community, without its sockets; and a community."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from daemon.federation.federating import Federating
from daemon.federation.schedule import FederationSchedule
from daemon.federation.shared_files import file_in_use
from daemon.federation.trial import Trial
from daemon.learning.learning import Learning
from daemon.learning.schedule import Schedule
from daemon.protocol.messages import Capture, FederationStatus
from daemon.store import Store, StoreKey
from daemon.store.settings import FederationLimits
from daemon.writing import Writing
from federation import release
from federation.coordinator.coordinator import Pace
from federation.coordinator.folder import Charter, Folder
from federation.coordinator.founding import found, invitation
from federation.coordinator.gateway import GatewayOptions
from federation.coordinator.serving import ServeOptions, running
from federation.coordinator.summing import Patience
from federation.invitation import written
from federation.node.job import Federate, pack
from federation.node.member import Update
from federation.strategies import STRATEGIES
from plm_engine.base import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary
from tests.federation.federating_process import federate, joined

SITE = "forum.example"
PATIENCE_S = 300
_LETTERS = 48
PACE = Pace(look_s=0.5, answer_s=5.0, release_s=30.0)


def text(number: int) -> str:
    """Never the same, but of few letters only."""
    return "".join(random.Random(number).choices("aeiou ", k=_LETTERS))


async def unmetered() -> bool:
    return False


@dataclass
class Machine:
    """One user's."""

    store: Store
    writing: Writing
    learning: Learning
    folder: Path
    told: list[FederationStatus] = field(default_factory=list)
    metered: bool = False
    now: float = 1_000.0
    kept: int = 0

    def __post_init__(self) -> None:
        cache = self.writing.base.folder.parents[1]
        self.machine = Schedule(
            self.learning,
            self.store,
            self.writing,
            paused=False,
            quiet_hours=None,
            push=lambda _status: None,
            on_kept=lambda: None,
            clock=lambda: self.now,
            hour=lambda: 12,
        )
        self.federating = Federating(self.store, self.writing, self.learning, cache)
        self.trial = Trial(self.store, self.writing, self.learning, self.folder)
        self.schedule = FederationSchedule(
            self.federating,
            self.trial,
            self.learning,
            self.machine,
            self.store,
            limits=FederationLimits(),
            push=self.told.append,
            on_kept=self._on_kept,
            metered=self._is_metered,
            clock=lambda: self.now,
        )

    def write(self, count: int, site: str = SITE) -> list[int]:
        """So many texts by somebody who knows few letters."""
        first = len(self.store.documents)
        return [
            self.writing.keep(
                Capture(
                    site=site,
                    kind="textarea",
                    text=text(number),
                    typed_chars=_LETTERS,
                    draft=f"draft {number}",
                )
            )
            for number in range(first, first + count)
        ]

    @contextlib.asynccontextmanager
    async def looked_after(self) -> AsyncIterator[None]:
        """As by the daemon."""
        running = asyncio.create_task(self.schedule.run())
        try:
            yield
        finally:
            running.cancel()
            await self.schedule.close()

    async def _is_metered(self) -> bool:
        return self.metered

    def _on_kept(self) -> None:
        self.kept += 1


def machine(folder: Path, base: InstalledBase) -> Machine:
    """With nothing on it yet, or with what was on it before."""
    folder.mkdir(exist_ok=True)
    store = Store.open(folder / "store.db", StoreKey(bytes(32), "file"))
    member = store.federation.membership()
    shared = file_in_use(folder, member.in_use if member else None)
    writing = Writing(store, Vocabulary(base), base, shared)
    writing.remember_all()
    return Machine(store, writing, Learning(store, writing, base.folder.parents[1]), folder)


@dataclass
class Community:
    """One that is served."""

    folder: Folder
    base: InstalledBase
    line: str

    @contextlib.asynccontextmanager
    async def others(self, count: int) -> AsyncIterator[None]:
        """So many members whose updates change nothing, and who take every release."""
        running = [asyncio.create_task(self._be_a_member()) for _ in range(count)]
        try:
            yield
        finally:
            for one in running:
                one.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _be_a_member(self) -> None:
        member = await joined(self.line, self.base.digest)
        current = release.decode(member.release)
        statement, tensors = release.read(current)
        size = STRATEGIES[statement.strategy].layout(tensors).size
        job = Federate(
            cache=str(self.base.folder.parents[1]),
            base=self.base.name,
            invitation=self.line,
            keys=member.keys,
            release=member.release,
            update=pack(Update(current.digest, np.zeros(size))),
        )
        await federate(job)


@contextlib.asynccontextmanager
async def community(folder: Path, base: InstalledBase) -> AsyncIterator[Community]:
    """Of four devices at a time, served on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    charter = Charter(
        name="Writers",
        url=f"http://127.0.0.1:{port}",
        strategy="fdlora",
        base=base.digest,
        cohort=4,
        noise_multiplier=0.01,
    )
    founded = found(folder / "community", charter, base)
    public = folder / "public.txt"
    public.write_text("\n\n".join(text(number) for number in range(5_000, 5_020)))
    options = ServeOptions(
        cache_dir=base.folder.parents[1],
        gateway=GatewayOptions(port=port),
        public_text=public,
        pace=PACE,
        patience=Patience(first_s=20.0, vectors_s=60.0, other_s=20.0),
    )
    async with running(founded, options):
        yield Community(founded, base, written(invitation(founded)))


async def until(condition: Callable[[], object]) -> None:
    """Other processes make it true."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - it is a process that changes it
            await asyncio.sleep(0.05)
