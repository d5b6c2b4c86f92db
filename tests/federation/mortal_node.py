"""A node as it is on a user's machine, which dies at the moment that its test chooses.

    python -m tests.federation.mortal_node FOLDER CACHE BASE INVITATION

Its store is the real one, in FOLDER, and all that is left of it when it was killed. Only that its
updates come from no texts: it is told which to make.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from daemon.federation.worth import participations
from daemon.store import Store, StoreKey
from daemon.store.federation import NewMembership, Round, now
from federation import protocol, release
from federation.layout import Vector
from federation.node import federating, job
from federation.node.federating import federate, join
from federation.node.job import Event, Federate, Join, Keys, pack, unpack
from federation.node.member import Member, Update
from federation.protocol import GoOn, Question, TakePart
from federation.secure_sum.errors import Phase
from federation.strategies import STRATEGIES
from plm_engine.base.build import installed_bases
from tests.federation.talking import commands, say

LENGTH = 0.05
"""Of an update; far within every norm."""


def update_of(seed: int, size: int) -> Vector:
    """Like no other."""
    vector = np.random.default_rng(seed).normal(size=size)
    return np.asarray(vector * (LENGTH / np.linalg.norm(vector)), np.float32).astype(np.float64)


@dataclass(slots=True)
class Fate:
    """When it dies, or stands still."""

    phase: str = ""
    moment: str = ""
    """``asked``: a question arrives. ``noted``: its answer has not left. ``answered``: it has."""
    is_held: bool = False
    now: Phase = Phase.OVER
    """What it is asked in, or was last."""
    _go_on: threading.Event = field(default_factory=threading.Event)

    def meet(self, phase: str, moment: str, *, is_held: bool) -> None:
        """From now on."""
        self.phase, self.moment, self.is_held = phase, moment, is_held
        self._go_on.clear()

    def comes(self, moment: str) -> None:
        """It may be the one."""
        if (self.now.name, moment) != (self.phase, self.moment):
            return
        if not self.is_held:
            os.kill(os.getpid(), signal.SIGKILL)
        say("stands still")
        self._go_on.wait()

    def go_on(self) -> None:
        """It stood still for long enough."""
        self._go_on.set()

    def went_on(self) -> None:
        """To the end of what it was asked."""
        if self._go_on.is_set():
            self.phase = ""
            self._go_on.clear()
            say("went on")


class Mortal(Member):
    """The real one, if it lives long enough."""

    fate = Fate()
    of_this_process: Member

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        Mortal.of_this_process = self

    def answer(self, packed: bytes) -> bytes:
        """A question has arrived; then its answer is about to leave."""
        self.fate.now = self._phase_of(protocol.read_question(packed))
        self.fate.comes("asked")
        answer = super().answer(packed)
        self.fate.comes("noted")
        self.fate.went_on()
        return answer

    def _phase_of(self, question: Question) -> Phase:
        if isinstance(question, TakePart):
            return Phase.ADVERTISE
        if isinstance(question, GoOn) and self._round:
            return self._round.participant.phase
        return Phase.OVER


class Node:
    """A machine with a store, and a federating process on it, in one process."""

    def __init__(self, folder: Path, cache: Path, base: str) -> None:
        self._cache, self._base = cache, base
        self._store = Store.open(folder / "store.db", StoreKey(bytes(32), "file")).federation

    async def join(self, line: str, digest: str) -> None:
        """Where it has not yet."""
        if self._store.membership() is None:
            joined = await join(Join(invitation=line, base=digest))
            self._store.join(
                NewMembership(
                    community=joined.community,
                    url=joined.url,
                    invitation=line,
                    keys=msgspec.msgpack.encode(joined.keys),
                    device=str(joined.keys.node_id),
                    release=joined.release,
                    version=0,
                )
            )

    def job(self) -> Federate:
        """As the daemon writes it."""
        member, held = self._store.membership(), self._store.belongings()
        assert member and held
        keys = msgspec.msgpack.decode(held.keys, type=Keys)
        say("is member", id=keys.node_id)
        say("has release", version=member.version)
        return Federate(
            cache=str(self._cache),
            base=self._base,
            invitation=member.invitation,
            keys=keys,
            release=held.release,
            update=held.update,
            seen=self._store.seen(),
            taken_part=participations(self._store.rounds(), self._store.forgotten()),
        )

    def say(self, event: Event) -> None:
        """What needs not be kept."""
        if isinstance(event, job.Exchanged):
            Mortal.fate.comes("answered")
        else:
            say(type(event).__name__, **msgspec.to_builtins(event))

    def keep(self, event: Event) -> None:
        """As the daemon does."""
        match event:
            case job.Entered(name):
                self._store.enter(name)
            case job.Sent():
                self._store.send(
                    Round(
                        community="",
                        at=now(),
                        version=event.version,
                        noise_multiplier=event.participation.noise_multiplier,
                        threshold=event.participation.threshold,
                        bytes=0,
                    )
                )
            case job.Offered():
                self._store.offer(event.release, event.version, taken_back=event.taken_back)
                say("has release", version=event.version)

    def learn(self, seed: int) -> None:
        """Make an update, unless one waits."""
        held = self._store.belongings()
        assert held
        is_new = not held.update
        if is_new:
            current = release.decode(held.release)
            statement, tensors = release.read(current)
            size = STRATEGIES[statement.strategy].layout(tensors).size
            packed = pack(Update(current.digest, update_of(seed, size)))
            self._store.keep_update(packed, [])
            update = unpack(packed)
            assert update
            Mortal.of_this_process.has_made(update)
        say("has update", is_new=is_new)


async def _obey(node: Node) -> None:
    fate = Mortal.fate
    async for command in commands():
        match command.pop("do"):
            case "learn":
                await asyncio.to_thread(node.learn, command["seed"])
            case "meet":
                fate.meet(**command)
                say("mortal")
            case "go on":
                fate.go_on()


async def main(folder: Path, cache: Path, base: str, line: str) -> None:
    """Be a node for as long as it lives."""
    vars(federating)["Member"] = Mortal
    node = Node(folder, cache, base)
    [installed] = [one for one in installed_bases(cache) if one.name == base]
    await node.join(line, installed.digest)
    obeying = asyncio.create_task(_obey(node))
    await federate(node.job(), node.say, node.keep)
    obeying.cancel()


if __name__ == "__main__":
    _, _folder, _cache, _base, _line = sys.argv
    asyncio.run(main(Path(_folder), Path(_cache), _base, _line))
