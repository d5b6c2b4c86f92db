"""What the handlers of a running daemon share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Literal

from daemon.backing_off import BackingOff
from daemon.completions import Completions
from daemon.federation.federating import Federating
from daemon.federation.schedule import FederationSchedule
from daemon.latency import Latencies
from daemon.learning.learning import Learning
from daemon.learning.schedule import Schedule
from daemon.pairing import PairingCode
from daemon.preferences import Preferred
from daemon.protocol.messages import SiteRule
from daemon.sessions import Sessions
from daemon.store import Store
from daemon.tally import Tally
from daemon.writing import Writing
from plm_engine.completion.types import IsCancelled
from plm_engine.evaluation.changes import Change
from plm_engine.runtime.personal import Personal

FindChanges = Callable[[Sequence[str], Personal, int, IsCancelled], list[Change]]


@dataclass(slots=True, kw_only=True)
class Services:
    """The rooms of the house, and the few switches that must be quick to read."""

    version: str
    base: str
    store: Store
    writing: Writing
    sessions: Sessions
    key_protection: Literal["keyring", "file"]
    completions: Completions
    completions_on: bool
    preferred: Preferred
    tally: Tally
    learning: Learning
    schedule: Schedule
    federating: Federating
    federation: FederationSchedule
    changes: FindChanges
    """Only in the engine's thread."""
    backing_off: BackingOff = field(default_factory=BackingOff)
    pairing_code: PairingCode = field(default_factory=PairingCode)
    ghosts: Latencies = field(default_factory=Latencies)
    started: float = field(default_factory=time.monotonic)
    _later: set[asyncio.Task[None]] = field(default_factory=set)

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Something that nobody shall wait for."""
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def site_rules(self) -> list[SiteRule]:
        """Every rule, read off the loop."""
        return await asyncio.to_thread(self.store.sites.rules)
