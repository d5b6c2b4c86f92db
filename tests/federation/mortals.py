"""A community of which anybody may be killed at any moment: a process each, over real sockets."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from federation.coordinator.folder import Charter, Folder, Held
from federation.coordinator.founding import found, invitation
from federation.coordinator.roll import Roll
from federation.invitation import written
from federation.layout import Vector
from federation.privacy.answers import LENGTHENS
from federation.strategies import STRATEGIES
from plm_engine.base.installed import InstalledBase
from tests.federation.mortal_node import update_of
from tests.federation.served import free_port
from tests.federation.talking import TIMEOUT_S, Talker, talking
from tests.tiny_daemon import cache_of

DEVICES = 5
STRATEGY = STRATEGIES["fedavg"]
"""Its next version is the last one and the mean: so the mean can be read off."""


def until(holds: Callable[[], bool], told: Callable[[], object] = lambda: "") -> None:
    """Wait for what happens in other processes."""
    deadline = time.monotonic() + TIMEOUT_S
    while not holds():
        assert time.monotonic() < deadline, told()
        time.sleep(0.1)


@dataclass
class Mortal:
    """A node, which may be killed and started again."""

    community: Community
    number: int
    seed: int = 0
    """Of the update that waits, or was given last."""
    _life: ExitStack = field(default_factory=ExitStack)
    process: Talker = field(init=False)

    def start(self) -> None:
        """With what is in its folder."""
        world = self.community
        place = world.place / f"node-{self.number}"
        place.mkdir(exist_ok=True)
        arguments = (str(place), str(cache_of(world.base)), world.base.name, world.line)
        starting = talking(
            "tests.federation.mortal_node",
            *arguments,
            log=world.place / f"node-{self.number}.log",
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        )
        self.process = self._life.enter_context(starting)

    def end(self) -> None:
        """Whether it lives or not."""
        if self.process.process.poll() is None:
            self.process.kill()
        self._life.close()

    def dies(self, phase: str, moment: str) -> None:
        """When it comes to that."""
        self.process.ask("mortal", do="meet", phase=phase, moment=moment, is_held=False)

    def stands_still(self, phase: str) -> None:
        """When it is asked in that phase."""
        self.process.ask("mortal", do="meet", phase=phase, moment="asked", is_held=True)

    def goes_on(self) -> None:
        """It does."""
        self.process.ask("went on", do="go on")

    def learn(self, seed: int) -> bool:
        """It has an update; whether that is a new one, which then has this seed."""
        is_new = bool(self.process.ask("has update", do="learn", seed=seed)["is_new"])
        self.seed = seed if is_new else self.seed
        return is_new

    @property
    def version(self) -> int:
        """Of its newest release."""
        said = (one["version"] for one in self.process.said if one["event"] == "has release")
        return max(said, default=-1)

    @property
    def node_id(self) -> int:
        """By which the coordinator knows it."""
        return next(int(one["id"]) for one in self.process.said if one["event"] == "is member")

    @property
    def is_dead(self) -> bool:
        return self.process.process.poll() is not None


@dataclass(frozen=True)
class Outcome:
    """Of a round that came to something."""

    mean: Vector
    held: Held
    made: Sequence[Mortal]
    """Who had no update left from before."""

    def is_mean_of(self, nodes: Sequence[Mortal]) -> bool:
        """To a step of its whole numbers, of what these nodes gave."""
        step = self.held.norm * LENGTHENS / 2**18
        given = np.mean([update_of(node.seed, self.mean.size) for node in nodes], axis=0)
        return bool(np.abs(self.mean - given).max() < step)


@dataclass
class Community:
    """A coordinator, and its nodes."""

    base: InstalledBase
    place: Path
    folder: Folder
    port: int
    nodes: list[Mortal] = field(default_factory=list)
    coordinator: Talker = field(init=False)
    _running: ExitStack = field(default_factory=ExitStack)
    _page: int = 0
    _seeds: int = 0

    @property
    def line(self) -> str:
        """The invitation."""
        return written(invitation(self.folder))

    @property
    def log(self) -> Path:
        """What the operator can read."""
        return self.place / "coordinator.log"

    def start(self) -> None:
        """The coordinator, on what it finds in its folder."""
        arguments = (str(self.folder.path), str(cache_of(self.base)), str(self.port))
        module = "tests.federation.impatient_coordinator"
        starting = talking(module, *arguments, log=self.log, env=os.environ.copy())
        self.coordinator = self._running.enter_context(starting)
        self._page = self.coordinator.heard("ready")["page"]

    def kill(self) -> None:
        """The coordinator."""
        self.coordinator.kill()
        self._running.close()

    def end(self) -> None:
        """All of it."""
        for node in self.nodes:
            node.end()
        self._running.close()

    def all_live(self) -> None:
        """Whoever is dead is started again; everybody has the newest release."""
        self._wait_for_all_but([])
        for node in self.nodes:
            if node.is_dead:
                node.end()
                node.start()
        until(
            lambda: min(node.version for node in self.nodes) == self.version,
            lambda: [(node.number, node.version, node.process.said) for node in self.nodes],
        )

    def all_learn(self) -> list[Mortal]:
        """Everybody has an update, and the next round begins; who made a new one."""
        self._seeds += DEVICES
        return [node for node in self.nodes if node.learn(self._seeds + node.number)]

    def hold_round(self, dying: Sequence[Mortal] = ()) -> Outcome:
        """All learn; what comes of the round that they are in, though some die in it."""
        before, rounds = self.flat(), len(self.rounds())
        made = self.all_learn()
        self._bury(dying)
        until(lambda: len(self.rounds()) > rounds)
        return Outcome(self.flat() - before, self.rounds()[-1], made)

    def lose_round(self, dying: Sequence[Mortal]) -> list[dict[str, Any]]:
        """All learn; the round that they are in comes to nothing, as some die in it. What its
        operator can read of that."""
        fruitless, read = self.fruitless, len(self.log.read_text())
        self.all_learn()
        self._bury(dying)
        until(lambda: self.fruitless > fruitless)
        return [json.loads(line) for line in self.log.read_text()[read:].splitlines()]

    def _bury(self, dying: Sequence[Mortal]) -> None:
        until(lambda: all(node.is_dead for node in dying))
        self._wait_for_all_but(dying)

    def _wait_for_all_but(self, dead: Sequence[Mortal]) -> None:
        self.coordinator.tell(given_up=[node.node_id for node in dead])

    @property
    def version(self) -> int:
        """Of the newest release."""
        return self.folder.stands()[0].version

    @property
    def fruitless(self) -> int:
        """Rounds of which no sum came, since the coordinator was started."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._page}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        [figure] = [one for one in lines if one.startswith("plm_rounds_fruitless_total ")]
        return int(float(figure.split()[1]))

    @property
    def enrolled(self) -> int:
        """Nodes that the coordinator has on its roll."""
        with Roll.opened(self.folder.path) as roll:
            return len(roll)

    def rounds(self) -> list[Held]:
        """That came to something."""
        return list(self.folder.rounds())

    def flat(self) -> Vector:
        """What the newest release has learned."""
        tensors = self.folder.stands()[0].tensors
        return STRATEGY.layout(tensors).flat(tensors)


@contextmanager
def mortals(base: InstalledBase, place: Path) -> Iterator[Community]:
    """A community that was just founded, with everybody in it."""
    port = free_port()
    charter = Charter(
        name="Mortals",
        url=f"http://127.0.0.1:{port}",
        strategy=STRATEGY.name,
        base=base.digest,
        cohort=DEVICES,
    )
    world = Community(base, place, found(place / "community", charter, base), port)
    try:
        world.start()
        for number in range(DEVICES):
            world.nodes.append(Mortal(world, number))
            world.nodes[-1].start()
        yield world
    finally:
        world.end()
