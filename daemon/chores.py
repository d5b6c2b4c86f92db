"""What the engine does while nobody asks: one thing at a time, dropped when somebody does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from plm_engine.completion.types import IsCancelled

QUIET_S = 0.15
"""So long nobody must have asked: a suggestion that the writer types past needs no sequel."""

Work = Callable[[IsCancelled], object]
Run = Callable[[Work, IsCancelled], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Chore:
    """Something worth doing if there is time."""

    name: str
    work: Work
    must_be_done: bool = False
    """Begun again if it was interrupted."""
    on_drop: Callable[[], object] = lambda: None
    """Called if it will not be done."""
    interrupted: threading.Event = field(default_factory=threading.Event)


class Chores:
    """At most one of each name waits. All of it happens on the loop but the work itself."""

    def __init__(self) -> None:
        self._waiting: dict[str, Chore] = {}
        self._running: Chore | None = None
        self._disturbed = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, chore: Chore) -> None:
        """Do this when it is quiet, in place of an earlier one of the same name."""
        self.drop(chore.name)
        self._waiting[chore.name] = chore

    def drop(self, name: str) -> None:
        """This is no longer worth doing."""
        if dropped := self._waiting.pop(name, None):
            dropped.on_drop()

    def clear(self) -> None:
        """Nothing is worth doing any more."""
        for name in tuple(self._waiting):
            self.drop(name)
        if self._running:
            self._running.must_be_done = False
        self.disturb()

    def disturb(self) -> None:
        """Somebody asks: stop what is under way."""
        self._disturbed.set()
        if self._running:
            self._running.interrupted.set()

    async def run_next(self, run: Run) -> None:
        """Wait for quiet, then do one thing; ends early when disturbed."""
        self._disturbed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._disturbed.wait(), QUIET_S)
            return
        if not self._waiting:
            return
        chore = self._running = self._waiting.pop(next(iter(self._waiting)))
        try:
            await run(chore.work, chore.interrupted.is_set)
        finally:
            self._running = None
        if chore.interrupted.is_set():
            self._begin_again(chore)

    def _begin_again(self, chore: Chore) -> None:
        if chore.must_be_done and chore.name not in self._waiting:
            chore.interrupted.clear()
            self._waiting[chore.name] = chore
        else:
            chore.on_drop()
