"""When this machine takes part in its community: while nobody needs it, and on its user's terms."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from daemon.federation.federating import Doing, Federating
from daemon.federation.joining import FederationError
from daemon.federation.metered import is_metered
from daemon.federation.status import status_of
from daemon.federation.trial import Trial
from daemon.federation.worth import Worth
from daemon.learning.learning import Learning, LearningError
from daemon.learning.schedule import (
    CONSIDER_S,
    FIRST_REST_S,
    HELD_S,
    LONGEST_REST_S,
    Schedule,
)
from daemon.protocol.messages import FederationStatus
from daemon.store import Store, StoreError
from daemon.store.federation import Membership, NoUpdateError, Round
from daemon.store.settings import FederationLimits

log = logging.getLogger("plm.federation")

HELD_AT_MOST_S = 900.0
"""So long the process stands still before it ends: what it waits with is on disk."""
WANTED_S = 1_800.0
"""So long it takes part without waiting until nobody needs the machine, when it was told to."""
ANEW_S = 600.0
"""After an update was sent, so long the next release is waited for before another one is made."""

Push = Callable[[FederationStatus], None]


class FederationSchedule:
    """Begins and ends the process, holds it while somebody writes, and tells how it is."""

    def __init__(
        self,
        federating: Federating,
        trial: Trial,
        learning: Learning,
        machine: Schedule,
        store: Store,
        *,
        limits: FederationLimits,
        push: Push,
        on_kept: Callable[[], None],
        metered: Callable[[], Awaitable[bool]] = is_metered,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._federating, self._trial, self._learning = federating, trial, learning
        self._machine, self._store = machine, store
        self.limits = limits
        self._push, self._on_kept = push, on_kept
        self._ask_metered, self._clock = metered, clock
        self._is_metered = False
        self._worth = Worth()
        self._counting: asyncio.Task[None] | None = None
        self._begun: asyncio.Task[None] | None = None
        self._wanted_until = float("-inf")
        self._is_trying = self._is_leaving = False
        self._held_since = self._sent = float("inf")
        self._last: str | None = None
        self._rest_s = FIRST_REST_S
        self._rests_until = float("-inf")
        federating.on_change = self.tell
        federating.on_sent = self._on_sent
        learning.make_room = federating.stop
        machine.on_needed = self._hold

    def status(self) -> FederationStatus:
        """As clients hear of it."""
        return status_of(
            self._federating.known,
            self._worth,
            self.limits,
            doing=self._doing(),
            waits_for=self._waits_for(),
            last=self._last,
        )

    def tell(self) -> None:
        """Something changed."""
        if self._counting is None:
            self._counting = asyncio.create_task(self._count())
        self._push(self.status())

    async def join(self, invitation: str) -> None:
        """Belong to a community. Raises `FederationError` and `StoreError`."""
        await self._federating.join(invitation)
        self._rests_until, self._last = float("-inf"), None
        self.tell()

    async def leave(self) -> None:
        """Belong to none."""
        self._is_leaving = True
        try:
            await self._end()
            await self._federating.leave()
        finally:
            self._is_leaving = False
        await self._trial.use_what_is_kept()
        self._on_kept()
        self._last = None
        self.tell()

    async def pause(self, paused: bool) -> None:
        """Take no part, or do so again."""
        await asyncio.to_thread(self._store.federation.set_paused, paused)
        await self._federating.look_up()
        if paused:
            await self._end()

    async def set_limits(self, limits: FederationLimits) -> None:
        """A process that was told others is ended, and waits for its time again."""
        await asyncio.to_thread(self._store.settings.set_federation_limits, limits)
        self.limits = limits
        self._want_no_more()
        await self._federating.stop()
        self.tell()

    def begin_now(self) -> None:
        """Take part without waiting until nobody needs the machine: until an update was sent, or
        for a while."""
        self._wanted_until = self._clock() + WANTED_S
        self._begin()
        self.tell()

    async def texts_deleted(self) -> None:
        """What was made of them is gone from the store; it must not live on in a process."""
        await self._federating.stop()
        await self._federating.look_up()

    async def run(self) -> None:
        """Look after it for as long as the daemon runs."""
        with contextlib.suppress(StoreError):
            await self._federating.look_up()
            await self._trial.use_what_is_kept()
        considered = self._clock()
        while True:
            await asyncio.sleep(1)
            is_due = self._clock() - considered > CONSIDER_S
            is_due = is_due or (self._is_wanted_now and self._begun is None)
            if is_due:
                considered = self._clock()
            try:
                await self._look_after()
                if is_due:
                    await self._consider()
            except Exception as error:  # or it would never be looked after again
                log.error("looking after it failed", exc_info=error)

    async def close(self) -> None:
        """End what is under way."""
        await self._end()
        await self._federating.close()
        if self._counting:
            self._counting.cancel()

    async def finished(self) -> None:
        """What was begun has come to its end."""
        if self._begun:
            await self._begun

    async def _end(self) -> None:
        self._want_no_more()
        await self._federating.stop()
        if self._is_trying:
            await self._learning.stop()
        await self.finished()

    async def _look_after(self) -> None:
        now = self._clock()
        doing = self._federating.doing
        if doing is None:
            return
        if not doing.is_held:
            if now - self._sent > ANEW_S and not self._update_waits():
                self._sent = float("inf")
                await self._federating.stop()
        elif self._machine.is_quiet(HELD_S) and self._is_let():
            self._federating.go_on()
        elif now - self._held_since > HELD_AT_MOST_S:
            await self._federating.stop()

    async def _consider(self) -> None:
        with contextlib.suppress(StoreError):
            await self._federating.look_up()
            if self._federating.member is None:
                await self._federating.stop()
                return
            self._is_metered = not self._is_wanted_now and await self._ask_metered()
            if self._federating.is_stale:
                log.info("ended: the update that it offers was thrown away")
                await self._federating.stop()
            elif not self._may_go_on():
                await self._federating.stop()
            self._begin()

    def _begin(self) -> None:
        if self._begun is None and not self._is_leaving and self._waits_for() is None:
            self._begun = asyncio.create_task(self._go())

    async def _go(self) -> None:
        self._sent = float("inf")
        try:
            member = self._federating.member
            if member and not member.tried:
                await self._try(member)
            else:
                await self._federating.take_part()
            self._rest_s, self._last = FIRST_REST_S, None
        except NoUpdateError:  # it did not leave; another one is made
            log.info("an update was thrown away")
        except (FederationError, LearningError, StoreError) as error:
            self._rest(str(error))
        except Exception as error:  # it must not end the daemon, nor say what it worked on
            log.error("taking part failed", exc_info=error)
            self._rest("Taking part failed.")
        finally:
            self._begun = None
            await self._federating.look_up()
            self.tell()

    async def _try(self, member: Membership) -> None:
        self._is_trying = True
        self._machine.another_began(by_itself=not self._is_wanted_now)
        self.tell()
        try:
            if await self._trial.hold(member):
                self._on_kept()
        finally:
            self._is_trying = False

    def _rest(self, reason: str) -> None:
        log.info("rests", extra={"reason": reason})
        self._last = reason
        self._want_no_more()
        self._rests_until = self._clock() + self._rest_s
        self._rest_s = min(2 * self._rest_s, LONGEST_REST_S)

    def _waits_for(self) -> str | None:
        """Why it takes no part just now; in the order in which it can be helped."""
        member = self._federating.member
        if member is None or self._doing():
            return None
        reasons = {
            "you to leave": member.put_out is not None,
            "you paused it": member.paused,
            "learning to come to its end": self._learning.course is not None,
        }
        if not self._is_wanted_now:
            reasons |= {
                "a while, since it came to nothing last time": self._clock() < self._rests_until,
                "a connection that is not metered": self.limits.metered or self._is_metered,
            }
        found = next((reason for reason, holds in reasons.items() if holds), None)
        return found or (None if self._is_wanted_now else self._machine.disturbs())

    def _doing(self) -> Doing | None:
        if not self._is_trying:
            return self._federating.doing
        course = self._learning.course
        is_held = course is not None and course.is_held
        return Doing("trying the newest version on your texts", is_held=is_held)

    @property
    def _is_wanted_now(self) -> bool:
        return self._clock() < self._wanted_until

    def _want_no_more(self) -> None:
        self._wanted_until = float("-inf")

    def _is_let(self) -> bool:
        return self._is_wanted_now or not self._machine.user_is_there

    def _may_go_on(self) -> bool:
        """A process may live for hours, in which a plug is pulled."""
        is_metered = self.limits.metered or self._is_metered
        return self._is_wanted_now or not (is_metered or self._machine.rests())

    def _update_waits(self) -> bool:
        return self._federating.member is not None and self._federating.member.update_waits

    def _hold(self) -> None:
        doing = self._federating.doing
        if doing and not doing.is_held:
            self._held_since = self._clock()
            self._federating.hold()

    def _on_sent(self) -> None:
        self._sent = self._clock()
        self._want_no_more()

    def _told(self) -> tuple[Sequence[Round], float | None]:
        known = self._federating.known
        return known.rounds, known.forgotten

    async def _count(self) -> None:
        try:
            while await self._worth.count(*self._told()):
                self._push(self.status())
        finally:
            self._counting = None
