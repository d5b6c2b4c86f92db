"""Where every letter to a node is, from what passes the gateway. Nothing here touches a socket.

A node handles one message at a time. So when it asks for mail while a letter that it has taken is
unanswered, that letter is lost to it (the process died, or the connection did) and is queued
again.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

_LOOK_EVERY_S = 0.05
_MISSED = 2
"""So often a letter must not be found: once it may just have been behind another."""


class Place(Enum):
    """How far a letter has come."""

    QUEUED = "to be pushed to the SuperLink"
    PUSHING = "on its way there"
    WAITING = "at the SuperLink"
    TAKEN = "at the node"
    DELIVERED = "its reply is at the SuperLink"


@dataclass(slots=True, eq=False)
class Letter:
    """Bytes for one node."""

    number: int
    node_id: int
    payload: bytes
    deadline: float
    """On the loop's clock, in seconds."""
    place: Place = Place.QUEUED
    name: str = ""
    """Of the parcel at the SuperLink; empty where there is none."""
    not_before: float = 0.0
    """When to try again to push it, on the loop's clock."""
    waiting_since: float = 0.0
    """When the SuperLink had all of it, on the loop's clock."""
    missed: int = 0
    """How often its node has asked for mail since then and was given none."""


@dataclass(slots=True)
class Ledger:
    """All letters that are neither answered nor lost."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is something to push or to gather."""
    _litter: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _letters: dict[int, Letter] = field(default_factory=dict)
    _of_node: defaultdict[int, list[Letter]] = field(default_factory=lambda: defaultdict(list))
    _of_name: dict[str, Letter] = field(default_factory=dict)
    _holds: defaultdict[int, set[asyncio.Event]] = field(default_factory=lambda: defaultdict(set))
    _let_out: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._letters)

    def add(self, node_id: int, payload: bytes, deadline: float) -> Letter:
        """A new letter, queued."""
        letter = Letter(next(self._numbers), node_id, payload, deadline)
        self._letters[letter.number] = letter
        self._of_node[node_id].append(letter)
        self.changed.set()
        return letter

    def close(self, number: int) -> Letter | None:
        """Forget a letter: it is answered, lost or not wanted any more. None where it is closed."""
        letter = self._letters.pop(number, None)
        if letter is not None:
            self._unname(letter)
            self._of_node[letter.node_id].remove(letter)
            if not self._of_node[letter.node_id]:
                del self._of_node[letter.node_id]
        return letter

    def is_open(self, letter: Letter) -> bool:
        """Whether somebody still waits for its answer."""
        return letter.number in self._letters

    def queue(self, letter: Letter, not_before: float = 0.0) -> None:
        """Push it (again), not before this time on the loop's clock."""
        if self.is_open(letter):
            self._unname(letter)
            letter.place, letter.not_before = Place.QUEUED, not_before
            self.changed.set()

    def queue_all(self) -> None:
        """Whatever the SuperLink had is gone: push everything again."""
        self._litter.clear()
        for letter in self._letters.values():
            letter.name, letter.place, letter.not_before = "", Place.QUEUED, 0.0
        self._of_name.clear()
        self.changed.set()

    def pushing(self, letter: Letter, name: str) -> None:
        """It is about to be at the SuperLink under this name; a quick node may take it at once."""
        letter.place, letter.name = Place.PUSHING, name
        self._of_name[name] = letter

    def pushed(self, letter: Letter, now: float) -> None:
        """All of it is at the SuperLink."""
        if letter.place is Place.PUSHING:
            letter.place, letter.waiting_since, letter.missed = Place.WAITING, now, 0
            self.release(letter.node_id)

    def due(self, now: float) -> list[Letter]:
        """Letters to push, the oldest first."""
        return [one for one in self._at(Place.QUEUED) if one.not_before <= now]

    def delivered_letters(self) -> list[Letter]:
        """Letters whose reply can be gathered."""
        return list(self._at(Place.DELIVERED))

    def overdue(self, now: float) -> list[Letter]:
        """Letters past their deadline."""
        return [one for one in self._letters.values() if one.deadline <= now]

    def named(self, name: str) -> Letter | None:
        """The letter that is at the SuperLink under this name."""
        return self._of_name.get(name)

    def asked(self, node_id: int) -> None:
        """The node asks for mail, so it has none in hand."""
        for letter in self._of(node_id, Place.TAKEN):
            self.queue(letter)

    def found_nothing(self, node_id: int, when: float) -> None:
        """The SuperLink gave no mail when the node asked, at ``when`` on the loop's clock.

        So the letter was given out before, in an answer that was lost; or there was one before it
        that has been withdrawn, in whose place the SuperLink gives nothing.
        """
        for letter in self._of(node_id, Place.WAITING):
            letter.missed += letter.waiting_since < when
            if letter.missed >= _MISSED:
                self.queue(letter)

    def took(self, name: str) -> None:
        """The node was given this one."""
        if letter := self._of_name.get(name):
            letter.place = Place.TAKEN

    def delivered(self, node_id: int) -> None:
        """The node has handed in its reply to what it had taken."""
        for letter in self._of(node_id, Place.TAKEN):
            letter.place = Place.DELIVERED
            self.changed.set()

    def undelivered(self, letter: Letter) -> None:
        """There was no reply after all: it counts as taken until the node asks for mail."""
        if letter.place is Place.DELIVERED:
            letter.place = Place.TAKEN

    def take_litter(self, at_most: int) -> list[str]:
        """Names of parcels that nobody needs any more; each is given once."""
        taken, self._litter[:] = self._litter[:at_most], self._litter[at_most:]
        return taken

    async def mail_for(self, node_id: int, timeout_s: float) -> bool:
        """Wait for something for the node to take; False where ``timeout_s`` seconds pass first.

        May also be True without mail, when the node is released.
        """
        if node_id in self._let_out or self._of(node_id, Place.WAITING):
            return True
        hold = asyncio.Event()
        self._holds[node_id].add(hold)
        try:
            async with asyncio.timeout(timeout_s):
                await hold.wait()
        except TimeoutError:
            return False
        finally:
            self._holds[node_id].discard(hold)
            if not self._holds[node_id]:
                del self._holds[node_id]
        return True

    def release(self, node_id: int) -> None:
        """Let go of whoever waits for mail for this node."""
        for hold in self._holds.get(node_id, ()):
            hold.set()

    def let_out(self, node_id: int) -> None:
        """It is held no more when it asks for mail: the SuperLink shall tell it that it may not."""
        self._let_out.add(node_id)
        self.release(node_id)

    async def gathered(self, node_id: int, timeout_s: float) -> None:
        """Wait, for at most ``timeout_s`` seconds, until none of its replies is ungathered."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while self._of(node_id, Place.DELIVERED):
            if asyncio.get_running_loop().time() > deadline:
                return
            await asyncio.sleep(_LOOK_EVERY_S)

    def _unname(self, letter: Letter) -> None:
        if letter.name:
            self._of_name.pop(letter.name, None)
            self._litter.append(letter.name)
            letter.name = ""

    def _at(self, place: Place) -> Iterator[Letter]:
        return (letter for letter in self._letters.values() if letter.place is place)

    def _of(self, node_id: int, place: Place) -> list[Letter]:
        return [one for one in self._of_node.get(node_id, ()) if one.place is place]
