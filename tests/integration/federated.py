"""What the daemon has to take part in a community, without its sockets."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

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
from plm_engine.base import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary

SITE = "forum.example"
PATIENCE_S = 300
_LETTERS = 48


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


async def until(condition: Callable[[], object]) -> None:
    """Other processes make it true."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - it is a process that changes it
            await asyncio.sleep(0.05)
