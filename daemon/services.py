"""What the handlers of a running daemon share."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from daemon.completions import Completions
from daemon.latency import Latencies
from daemon.pairing import PairingCode
from daemon.protocol.messages import SiteRule
from daemon.sessions import Sessions
from daemon.store import Store


@dataclass(slots=True)
class Services:
    """The rooms of the house, and the few switches that must be quick to read."""

    store: Store
    completions: Completions
    base: str
    version: str
    completions_on: bool
    pairing_code: PairingCode = field(default_factory=PairingCode)
    sessions: Sessions = field(default_factory=Sessions)
    ghosts: Latencies = field(default_factory=Latencies)
    started: float = field(default_factory=time.monotonic)

    async def site_rules(self) -> list[SiteRule]:
        """Every rule, read off the loop."""
        return await asyncio.to_thread(self.store.sites.rules)

    async def keep_counts(self) -> None:
        """Move the counts that are kept in memory into the store."""
        finished = self.completions.take_finished()
        if finished:
            await asyncio.to_thread(self.store.events.count, "suggestions", finished)
