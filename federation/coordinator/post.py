"""Letters to nodes and their answers: bytes, whatever the SuperLink and the nodes are up to.

Every letter ends in exactly one `Answer` or `Lost`. A node may be given a letter more than once
(it was killed, the run died), so what handles letters there must answer the same to the same.
What survives a kill of this process is the caller's business: it sends again what it still wants
to know.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from enum import Enum
from typing import Any

from federation.calls import GarbledError, RefusedError, UnreachableError
from federation.coordinator.ledger import Ledger, Letter
from federation.coordinator.run import OnlineNode, Reply, ServerRun
from federation.coordinator.superlink import SuperLink
from federation.parcels import (
    MAX_PAYLOAD_BYTES,
    MalformedParcelError,
    PeerRefusedError,
    unwrap,
    wrap,
)

log = logging.getLogger("plm.coordinator.post")

_BEAT_S = 20.0
"""A run is declared dead after a minute without."""
_IDLE_S = 5.0
_TURN = 16
"""So many letters are pushed before answers are looked for."""
_AT_ONCE = 4
"""More would not be faster, but take up memory at the SuperLink: each may be megabytes."""
_ANSWERS_AHEAD = 8
"""So many answers wait in memory for who reads them; the others stay at the SuperLink."""
_NOT_TAKEN_S = 10.0
_FAILURES_OF_A_RUN = 3
_LETTERS_OF_A_RUN = 2_000
"""Traces of messages stay in the SuperLink's database until their run ends."""

_TROUBLE = (UnreachableError, RefusedError, GarbledError)


class Loss(Enum):
    """Why there is no answer."""

    EXPIRED = "not answered in time"
    REFUSED = "the node refused"
    MALFORMED = "the answer is not one"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a node answered to a letter."""

    letter: int
    node_id: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """A letter that will not be answered."""

    letter: int
    node_id: int
    loss: Loss
    detail: str = ""
    """The node's own words, where it refused; not to be trusted."""


class Post:
    """Sends letters and gathers answers."""

    def __init__(self, superlink: SuperLink) -> None:
        self.ledger = Ledger()
        """To be told by the gateway what passes it."""
        self._superlink = superlink
        self._run: ServerRun | None = None
        self._ended: asyncio.Queue[Answer | Lost] = asyncio.Queue(_ANSWERS_AHEAD)
        self._letters_of_run = 0

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, superlink: SuperLink) -> AsyncIterator[Post]:
        """A post office that works until the block is left; its letters are gone then."""
        post = cls(superlink)
        tasks = [asyncio.create_task(work) for work in (post._work(), post._beat(), post._expire())]
        try:
            yield post
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def send(self, node_id: int, payload: bytes, *, ttl_s: float) -> int:
        """Send bytes to a node, to be answered within ``ttl_s`` seconds; returns its number.

        The payload stays in memory until the letter has ended; many letters may share one.
        Raises `ValueError` where it is too large.
        """
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise ValueError(f"too large: {len(payload):,} bytes")
        deadline = asyncio.get_running_loop().time() + ttl_s
        return self.ledger.add(node_id, payload, deadline).number

    def cancel(self, letter: int) -> None:
        """Do not wait for this answer any more; there will be neither `Answer` nor `Lost`."""
        self.ledger.close(letter)

    async def ended(self) -> AsyncIterator[Answer | Lost]:
        """How letters end, as they do. To be read by one reader, who sets the pace."""
        while True:
            yield await self._ended.get()

    async def online(self) -> list[OnlineNode]:
        """Nodes that were heard of lately. Raises `UnreachableError` where nobody can tell."""
        if self._run is None:
            raise UnreachableError("no run")
        try:
            return await self._run.nodes()
        except (RefusedError, GarbledError) as error:
            raise UnreachableError(str(error)) from None

    async def _work(self) -> None:
        while True:
            await self._superlink.is_up.wait()
            try:
                self._run = await ServerRun.begun(self._superlink)
            except _TROUBLE as error:
                log.warning("no run: %r", error)
                await asyncio.sleep(1.0)
                continue
            self._letters_of_run = 0
            self.ledger.queue_all()
            await self._serve(self._run)

    async def _serve(self, run: ServerRun) -> None:
        """Work with one run until it has died or is worn out."""
        failures = 0
        while self._run is run and not self._is_worn():
            try:
                if not await self._turn(run):
                    await self._something_to_do()
                failures = 0
            except _TROUBLE as error:
                log.warning("trouble with the superlink: %r", error)
                is_dead = isinstance(error, RefusedError) and error.status == 401  # noqa: PLR2004
                failures += not isinstance(error, UnreachableError)
                if is_dead or failures >= _FAILURES_OF_A_RUN:
                    return
                await asyncio.sleep(0.5)
                await self._superlink.is_up.wait()

    def _is_worn(self) -> bool:
        return self._letters_of_run >= _LETTERS_OF_A_RUN and not len(self.ledger)

    async def _something_to_do(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_IDLE_S):
                await self.ledger.changed.wait()

    async def _turn(self, run: ServerRun) -> bool:
        """Do some of what there is to do; whether there may be more."""
        self.ledger.changed.clear()
        due = self.ledger.due(asyncio.get_running_loop().time())
        await _all(*(self._push(run, letter) for letter in due[:_TURN]))
        delivered = self.ledger.delivered_letters()
        gathered = await self._gather(run, delivered) if delivered else 0
        await _all(*(run.forget(name) for name in self.ledger.take_litter(_TURN)))
        return len(due) > _TURN or gathered > 0

    async def _push(self, run: ServerRun, letter: Letter) -> None:
        now = asyncio.get_running_loop().time()
        if letter.deadline <= now or not self.ledger.is_open(letter):
            return
        parcel = wrap(letter.payload)
        self.ledger.pushing(letter, parcel.name)
        try:
            is_there = await run.push(letter.node_id, parcel, letter.deadline - now)
        except _TROUBLE:
            self.ledger.queue(letter)
            raise
        if is_there:
            self._letters_of_run += 1
            self.ledger.pushed(letter, asyncio.get_running_loop().time())
        else:
            self.ledger.queue(letter, now + _NOT_TAKEN_S)

    async def _gather(self, run: ServerRun, letters: list[Letter]) -> int:
        online = {node.node_id for node in await run.nodes()}
        asked = {one.name: one for one in letters if one.node_id in online and one.name}
        if not asked:
            return 0
        replies = await run.replies(asked)
        for name in asked.keys() - {reply.to for reply in replies}:
            self.ledger.undelivered(asked[name])
        await _all(*(self._open(run, reply) for reply in replies))
        return len(replies)

    async def _open(self, run: ServerRun, reply: Reply) -> None:
        letter = self.ledger.named(reply.to)
        if letter is None:
            return
        if reply.name is None:
            self.ledger.queue(letter)
            return
        try:
            content = await run.fetch(reply.name)
            await run.forget(reply.name)
        except _TROUBLE:
            self.ledger.queue(letter)
            raise
        await self._end(letter, _outcome(letter, reply.name, content))

    async def _end(self, letter: Letter, outcome: Answer | Lost) -> None:
        if self.ledger.close(letter.number) is not None:
            await self._ended.put(outcome)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_S)
            run = self._run
            if run is None:
                continue
            try:
                await run.beat()
            except RefusedError:
                self._run = None
                self.ledger.changed.set()
            except (UnreachableError, GarbledError):
                continue

    async def _expire(self) -> None:
        while True:
            for letter in self.ledger.overdue(asyncio.get_running_loop().time()):
                await self._end(letter, Lost(letter.number, letter.node_id, Loss.EXPIRED))
            await asyncio.sleep(0.5)


async def _all(*work: Coroutine[Any, Any, None]) -> None:
    """Do all of it, then raise the first error, if any."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(piece: Coroutine[Any, Any, None]) -> None:
        async with turns:
            await piece

    for result in await asyncio.gather(*map(one, work), return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


def _outcome(letter: Letter, name: str, content: bytes) -> Answer | Lost:
    try:
        return Answer(letter.number, letter.node_id, unwrap(name, content))
    except PeerRefusedError as error:
        return Lost(letter.number, letter.node_id, Loss.REFUSED, str(error))
    except MalformedParcelError:
        return Lost(letter.number, letter.node_id, Loss.MALFORMED)
