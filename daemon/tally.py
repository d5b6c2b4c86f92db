"""Counts are gathered in memory and written down now and then: disks are slow, counts small."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

from daemon.store import Store, StoreError

KEEP_EVERY_S = 60

log = logging.getLogger("plm.tally")


class Tally:
    """Counts of events on their way into the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._unkept: Counter[str] = Counter()
        self._keeping = asyncio.Lock()

    def add(self, kind: str, amount: int = 1) -> None:
        """Count something; with a negative amount, take it back."""
        if amount:
            self._unkept[kind] += amount

    async def keep(self) -> None:
        """Write everything down. What cannot be written is tried again next time."""
        async with self._keeping:  # who reads counts next reads all of them, and none twice
            for kind in list(self._unkept):
                amount = self._unkept.pop(kind)
                try:
                    if amount:
                        await asyncio.to_thread(self._store.events.count, kind, amount)
                except StoreError as error:
                    self._unkept[kind] += amount
                    log.warning("counts not kept", exc_info=error)
                    return

    async def keep_regularly(self) -> None:
        """Write down every minute."""
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            await self.keep()
