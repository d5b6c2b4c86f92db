"""What one federating process asks to be kept, before it goes on."""

from __future__ import annotations

import asyncio
import logging

import msgspec

from daemon.federation.joining import sentence
from daemon.store import Store
from daemon.store.federation import Round, now
from federation import release
from federation.node import job
from federation.node.job import Event, Federate

log = logging.getLogger("plm.federation")


class Turn:
    """From the start of a process to its end."""

    def __init__(self, store: Store, asked: Federate) -> None:
        self._store = store
        self._documents = {text.number for text in asked.texts}
        self._release = release.decode(asked.release)
        self.has_update = bool(asked.update)
        """That has not been sent."""
        self._round: int | None = None
        """In which the update was sent."""
        self._bytes = 0
        """Sent in a round before the update."""
        self._is_offered = False

    async def keep(self, event: Event) -> None:
        """Returns when it is on disk. Raises `StoreError`, and then nothing may come of it."""
        federation = self._store.federation
        match event:
            case job.Made(update):
                await asyncio.to_thread(self._keep_update, update)
            case job.Entered(name):
                self._bytes, self._round = 0, None
                await asyncio.to_thread(federation.enter, name)
            case job.Sent():
                # First: who looks while it is written down must not find that it was thrown away.
                self.has_update = False
                self._round = await asyncio.to_thread(self._keep_sent, event)
            case job.Exchanged():
                await self._count(event.sent)
            case job.Offered():
                self._is_offered, self._round = True, None
                self.has_update = False
                await asyncio.to_thread(self._keep_offered, event)
            case job.Renewed(keys):
                packed = msgspec.msgpack.encode(keys)
                await asyncio.to_thread(federation.renew, packed, str(keys.node_id))
            case job.PutOut(reason):
                await asyncio.to_thread(federation.put_out, sentence(reason))

    def is_over(self, event: Event) -> bool:
        """An update that is made leaves the memory that it took; a release has to be tried."""
        is_answered = isinstance(event, job.Exchanged | job.Waiting)
        return isinstance(event, job.Made) or (self._is_offered and is_answered)

    def _keep_update(self, packed: bytes) -> None:
        update = job.unpack(packed)
        if update is None or update.release != self._release.digest:
            return
        if not self._store.federation.keep_update(packed, self._documents):
            log.info("an update was thrown away: its texts have changed")

    def _keep_sent(self, event: job.Sent) -> int:
        member = self._store.federation.membership()
        assert member is not None
        sent = Round(
            community=member.community,
            at=now(),
            version=event.version,
            noise_multiplier=event.participation.noise_multiplier,
            threshold=event.participation.threshold,
            bytes=self._bytes,
        )
        return self._store.federation.send(sent)

    def _keep_offered(self, event: job.Offered) -> None:
        federation = self._store.federation
        federation.offer(event.release, event.version, taken_back=event.taken_back)

    async def _count(self, sent: int) -> None:
        if self._round is None:
            self._bytes += sent
        else:
            await asyncio.to_thread(self._store.federation.add_bytes, self._round, sent)
