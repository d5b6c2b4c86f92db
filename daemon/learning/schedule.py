"""When PLM learns by itself: with enough that is new, on mains, and while nobody writes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

import psutil

from daemon.learning.learning import Course, Learning, LearningError
from daemon.learning.quiet_hours import QuietHours
from daemon.protocol import messages
from daemon.protocol.messages import LearnCourse, LearnStatus
from daemon.store import Store, StoreError
from daemon.writing import Writing
from plm_engine.learning.job import Part

log = logging.getLogger("plm.learning")

IDLE_S = 120
"""So long nobody must have written before a course begins by itself."""
HELD_S = 10
"""So long a course stands still after somebody wrote: who types through a long suggestion asks for
nothing meanwhile."""
CONSIDER_S = 30
NEW_TEXTS: dict[Part, int] = {"prompt": 8, "adapter": 24}
"""Texts that no course has seen yet, for each to be worth while."""
FIRST_REST_S = 3_600.0
"""After a course that came to nothing, however it ended: no machine works all day in vain."""
LONGEST_REST_S = 86_400.0
LEAST_BATTERY = 0.3
"""Of a machine that is on mains but still charging."""

OnKept = Callable[[], None]
Push = Callable[[LearnStatus], None]


class Schedule:
    """Begins courses, holds them while somebody writes, and tells how it is."""

    def __init__(
        self,
        learning: Learning,
        store: Store,
        writing: Writing,
        *,
        paused: bool,
        quiet_hours: QuietHours | None,
        push: Push,
        on_kept: OnKept,
        clock: Callable[[], float] = time.monotonic,
        hour: Callable[[], int] = lambda: time.localtime().tm_hour,
    ) -> None:
        self._learning, self._store, self._writing = learning, store, writing
        self._paused, self._quiet_hours = paused, quiet_hours
        self._hour = hour
        self._push, self._on_kept = push, on_kept
        self._last: str | None = None
        self._clock = clock
        self._wrote = clock()
        self._is_away: bool | None = None
        """As browsers see it; None until one has told."""
        self._new_texts: dict[str, int] = {}
        """Of each persona."""
        self._by_itself = False
        self._begun: asyncio.Task[None] | None = None
        self._rest_s = FIRST_REST_S
        self._rests_until = float("-inf")
        self.on_needed: Callable[[], None] = lambda: None
        """Called whenever somebody needs the machine."""
        learning.on_change = self.tell

    def status(self) -> LearnStatus:
        """As clients hear of it."""
        return LearnStatus(
            persona=self._writing.persona,
            version=self._writing.version(self._writing.persona),
            course=_as_message(self._learning.course),
            paused=self._paused,
            last=self._last,
            waits_for=self._waits_for(),
            quiet_hours=_hours_as_message(self._quiet_hours),
        )

    def tell(self) -> None:
        """Something changed."""
        self._push(self.status())

    def somebody_writes(self) -> None:
        """A suggestion is asked for: nothing may be slower for it."""
        self._wrote = self._clock()
        self._learning.hold()
        self.on_needed()

    def user_is(self, *, away: bool) -> None:
        """Somebody came back to the machine, or left it."""
        self._is_away = away
        if self._by_itself and not away:
            self._learning.hold()
        if not away:
            self.on_needed()

    def begin(self, part: Part, persona: str, *, by_itself: bool = False) -> None:
        """Begin a course, unless one is under way; never blocks."""
        if self._begun is None:
            self._by_itself = by_itself
            self._begun = asyncio.create_task(self._learn(part, persona))

    async def pause(self, paused: bool) -> None:
        """Begin no course by itself, or do so again; one under way is ended."""
        await asyncio.to_thread(self._store.settings.set_learning, not paused)
        self._paused = paused
        if paused:
            await self._learning.stop()
        self.tell()

    async def set_quiet_hours(self, hours: QuietHours | None) -> None:
        """Begin no course by itself in these hours; one under way goes on."""
        await asyncio.to_thread(self._store.settings.set_quiet_hours, hours)
        self._quiet_hours = hours
        self.tell()

    async def run(self) -> None:
        """Look after it for as long as the daemon runs."""
        considered = self._clock()
        while True:
            await asyncio.sleep(1)
            is_needed = self._by_itself and self.user_is_there
            if self.is_quiet(HELD_S) and not is_needed:
                self._learning.go_on()
            if self._clock() - considered > CONSIDER_S:
                considered = self._clock()
                try:
                    await self._consider()
                except Exception as error:  # or nothing would be learned any more
                    log.error("looking for something to learn failed", exc_info=error)

    async def close(self) -> None:
        """End what is under way."""
        await self._learning.stop()
        await self.finished()

    async def finished(self) -> None:
        """The course under way, if there is one, has come to its end."""
        if self._begun:
            await self._begun

    async def _consider(self) -> None:
        with contextlib.suppress(StoreError):
            await self.count_new_texts()
            if self._waits_for() is None and self._learning.course is None:
                persona, texts = self._most_new()
                is_much = texts >= NEW_TEXTS["adapter"]
                self.begin("adapter" if is_much else "prompt", persona, by_itself=True)

    async def count_new_texts(self) -> None:
        """Texts may have come in."""
        self._new_texts = await asyncio.to_thread(self._store.documents.count_new)

    def _most_new(self) -> tuple[str, int]:
        """Whose turn it is, and how many texts of theirs are new."""
        return max(
            self._new_texts.items(), key=lambda one: one[1], default=(self._writing.persona, 0)
        )

    async def _learn(self, part: Part, persona: str) -> None:
        try:
            outcome = await self._learning.learn(part, persona)
            self._last = outcome.reason
            self._rest_s = FIRST_REST_S
            if outcome.kept:
                self._on_kept()
        except (LearningError, StoreError) as error:
            self._rest(str(error))
        except Exception as error:  # it must not end the daemon, nor say what it worked on
            log.error("learning failed", exc_info=error)
            self._rest("Learning failed.")
        finally:
            self._begun = None
            self.tell()

    def _rest(self, reason: str) -> None:
        self._last = reason
        self._rests_until = self._clock() + self._rest_s
        self._rest_s = min(2 * self._rest_s, LONGEST_REST_S)

    def _waits_for(self) -> str | None:
        """Why no course begins by itself; in the order in which it can be helped."""
        reasons = {
            "you paused it": self._paused,
            "new texts": self._most_new()[1] < NEW_TEXTS["prompt"],
            "a while, since the last course came to nothing": self._clock() < self._rests_until,
        }
        found = next((reason for reason, holds in reasons.items() if holds), None)
        return found or self.disturbs()

    def disturbs(self) -> str | None:
        """What has to come before anything may begin by itself, whatever it is."""
        reasons = {
            "a pause in your writing": not self.is_quiet(IDLE_S),
            "you to leave the machine for a minute": self.user_is_there,
        }
        found = next((reason for reason, holds in reasons.items() if holds), None)
        return self.rests() or found

    def rests(self) -> str | None:
        """Why the machine is left in peace, also if nobody is there."""
        is_quiet_hour = self._quiet_hours is not None and self._hour() in self._quiet_hours
        if is_quiet_hour:
            return "the end of your quiet hours"
        return None if _on_mains() else "mains power"

    @property
    def user_is_there(self) -> bool:
        """As far as browsers have told."""
        return self._is_away is False

    def another_began(self, *, by_itself: bool) -> None:
        """A course that this schedule did not begin is held like its own."""
        self._by_itself = by_itself

    def is_quiet(self, seconds: float) -> bool:
        """Nobody has written for so long."""
        return self._clock() - self._wrote >= seconds


def _as_message(course: Course | None) -> LearnCourse | None:
    if course is None:
        return None
    return LearnCourse(
        part=course.part,
        persona=course.persona,
        stage=course.stage,
        fraction=round(course.fraction, 3),
        held=course.is_held,
    )


def _hours_as_message(hours: QuietHours | None) -> messages.QuietHours | None:
    return messages.QuietHours(start=hours.start, end=hours.end) if hours else None


def _on_mains() -> bool:
    """Whether power is plentiful; machines that know of no battery have none."""
    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError):
        return True
    return battery is None or (
        battery.power_plugged is not False and battery.percent >= 100 * LEAST_BATTERY
    )
