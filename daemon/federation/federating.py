"""Belonging to a community: what its process asks to be kept is kept, and what it made is watched.

Nothing leaves this machine before it is written down that it does; and what was thrown away
meanwhile, with a text or with a site's leave, does not leave at all.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from daemon.federation.joining import FederationError, enrolled, sentence
from daemon.federation.leaving import tell_coordinator
from daemon.federation.process import FederatingProcess
from daemon.federation.turn import Turn
from daemon.federation.worth import participations
from daemon.learning.learning import Learning
from daemon.store import Store
from daemon.store.federation import Belongings, Membership, Round, Verdict
from daemon.writing import Writing
from federation.node import job
from federation.node.job import Event, Federate, Keys
from plm_engine.completion.language import LanguageGuard
from plm_engine.learning.job import Text
from plm_engine.learning.selection import newest, to_share

log = logging.getLogger("plm.federation")

MOST_CHARS = 40_000
"""An update is made of."""
LEAST_TEXTS = 8
"""Fewer make no update."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What the process is at."""

    stage: str
    fraction: float | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the store says, as it was last looked up."""

    member: Membership | None = None
    rounds: tuple[Round, ...] = ()
    forgotten: float | None = None
    """See `daemon.store.federation.Federation.forgotten`."""
    verdicts: tuple[Verdict, ...] = ()
    texts: int = 0
    """On sites that may federate."""


class Federating:
    """At most one process at a time; everything but the process itself happens on the loop."""

    def __init__(self, store: Store, writing: Writing, learning: Learning, cache: Path) -> None:
        self._store, self._writing, self._learning = store, writing, learning
        self._cache = cache
        self.on_change: Callable[[], None] = lambda: None
        """Called whenever `doing` or `known` has changed."""
        self.on_sent: Callable[[], None] = lambda: None
        """Called when an update has left."""
        self.known = Known()
        self.doing: Doing | None = None
        self._process: FederatingProcess | None = None
        self._turn: Turn | None = None
        self._task: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._is_joining = False

    @property
    def is_stale(self) -> bool:
        """The process offers an update that was thrown away meanwhile."""
        waits = self.member is not None and self.member.update_waits
        return self._turn is not None and self._turn.has_update and not waits

    @property
    def member(self) -> Membership | None:
        """None where this machine belongs to no community."""
        return self.known.member

    async def look_up(self) -> None:
        """Something in the store may have changed."""
        before = self.known
        self.known = await asyncio.to_thread(self._look_up)
        if self.known != before:
            self.on_change()

    async def join(self, line: str) -> None:
        """Enrol. Raises `FederationError` and `StoreError`."""
        if self.member:
            raise FederationError("This machine belongs to a community already: leave it first.")
        if self._is_joining:
            raise FederationError("This machine is joining a community just now.")
        self._is_joining = True
        try:
            new = await enrolled(line, self._writing.base.digest)
            await asyncio.to_thread(self._store.federation.join, new)
        finally:
            self._is_joining = False
        await self.look_up()
        log.info("joined a community")

    async def leave(self) -> None:
        """Be nobody to it any more. The coordinator is told meanwhile, if it can be."""
        await self.stop()
        member, held = await asyncio.to_thread(self._leave)
        await self.look_up()
        log.info("left the community")
        if member and held and not member.put_out:
            self._telling = asyncio.create_task(tell_coordinator(member.invitation, held.keys))

    async def take_part(self) -> None:
        """Run the process until there is a reason for another one, or for none.

        Raises `FederationError` and `StoreError`.
        """
        self._tell(Doing("beginning"))
        self._task = asyncio.create_task(self._take_part())
        try:
            await self._task
        except asyncio.CancelledError:
            if not self._task.cancelled():
                raise
        finally:
            self._task = self.doing = None
            await self.look_up()
            self.on_change()

    async def stop(self) -> None:
        """End the process, if there is one."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def close(self) -> None:
        """End all that is under way."""
        await self.stop()
        if self._telling:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    def hold(self) -> None:
        """Somebody needs the machine: stand still at once."""
        if self._process and self.doing and not self.doing.is_held:
            self._process.hold()
            self._tell(replace(self.doing, is_held=True))

    def go_on(self) -> None:
        """Nobody needs it any more."""
        if self._process and self.doing and self.doing.is_held:
            self._process.go_on()
            self._tell(replace(self.doing, is_held=False))

    async def _take_part(self) -> None:
        asked = await asyncio.to_thread(self._job)
        turn = self._turn = Turn(self._store, asked)
        async with FederatingProcess.started(asked) as process:
            self._process = process
            try:
                async for event in process.events():
                    if not await self._handle(turn, process, event):
                        return
            finally:
                self._process = self._turn = None

    async def _handle(self, turn: Turn, process: FederatingProcess, event: Event) -> bool:
        """Whether it goes on."""
        match event:
            case job.Progress(stage, fraction):
                self._is_at(stage, fraction)
            case job.Online():
                self._is_at("online")
            case job.PassedBy(objection):
                self._is_at(f"passed by the last round: {objection}")
            case job.Waiting(reason):
                log.info("waiting for the coordinator", extra={"reason": reason})
                self._is_at("waiting for the coordinator, which is out of reach or busy")
            case job.Refused(reason):
                log.warning("refused", extra={"reason": reason})
            case job.Failed(reason):
                raise FederationError(sentence(reason))
            case _:
                await turn.keep(event)
        if isinstance(event, job.ToKeep):
            await process.kept()
            await self.look_up()
        if isinstance(event, job.Sent):
            self._is_at("online")  # whatever round was passed by before
            self.on_sent()
        return not turn.is_over(event)

    def _job(self) -> Federate:
        member, held = self._store.federation.membership(), self._store.federation.belongings()
        if member is None or held is None:
            raise FederationError("This machine belongs to no community.")
        limits = self._store.settings.federation_limits()
        return Federate(
            cache=str(self._cache),
            base=self._writing.base.name,
            invitation=member.invitation,
            keys=msgspec.msgpack.decode(held.keys, type=Keys),
            release=held.release,
            update=held.update,
            # With an update that waits, the process needs neither texts nor the memory to learn.
            texts=[] if held.update else self._texts_to_learn(),
            refused_release=member.refused,
            seen=self._store.federation.seen(),
            taken_part=participations(
                self._store.federation.rounds(), self._store.federation.forgotten()
            ),
            smallest_cohort=limits.smallest_cohort,
            most_epsilon=limits.most_epsilon,
            seed=secrets.randbits(31),
        )

    def _leave(self) -> tuple[Membership | None, Belongings | None]:
        """Who this machine was."""
        federation = self._store.federation
        was = federation.membership(), federation.belongings()
        federation.leave()
        return was

    def _texts_to_learn(self) -> list[Text]:
        """The store knows of which texts an update is made before they are read for good: what
        becomes another text meanwhile spoils it."""
        found = self._texts()
        while True:
            self._store.federation.begin_update({text.number for text in found})
            as_they_read = self._texts()
            if as_they_read == found:
                return found
            found = as_they_read

    def _texts(self) -> list[Text]:
        allowed = self._store.documents.may_federate()
        if not allowed:
            return []
        reads = LanguageGuard().knows
        texts = [
            text
            for persona in self._store.personas.all()
            for text in to_share(self._learning.texts(persona.name), allowed, reads=reads)
        ]
        texts.sort(key=lambda text: text.number)
        return newest(texts, MOST_CHARS) if len(texts) >= LEAST_TEXTS else []

    def _look_up(self) -> Known:
        federation = self._store.federation
        return Known(
            member=federation.membership(),
            rounds=tuple(federation.rounds()),
            forgotten=federation.forgotten(),
            verdicts=tuple(federation.verdicts()),
            texts=len(self._store.documents.may_federate()),
        )

    def _is_at(self, stage: str, fraction: float | None = None) -> None:
        """A process that was held can have said so before."""
        is_held = self.doing is not None and self.doing.is_held
        self._tell(Doing(stage, fraction, is_held))

    def _tell(self, doing: Doing) -> None:
        self.doing = doing
        self.on_change()
