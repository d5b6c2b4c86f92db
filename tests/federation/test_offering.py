"""A release is given to who lacks it, and nobody else waits for that."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from federation import protocol
from federation.coordinator.offering import Offers
from federation.protocol import Declined, TookRelease
from federation.release import Release
from tests.federation.community import first_release

LONG_S = 60.0
AT_ONCE_S = 0.05


@dataclass
class Nodes:
    """Some take it, some do not, some say nothing."""

    declining: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    offered: list[str] = field(default_factory=list)

    async def carry(self, node: str, _packed: bytes, wait_s: float) -> bytes | None:
        self.offered.append(node)
        if node in self.silent:
            await asyncio.sleep(wait_s)
            return None
        return protocol.encode(Declined() if node in self.declining else TookRelease())


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def offer(offers: Offers, newest: Release, *nodes: str) -> None:
    await offers.make(nodes, newest, AT_ONCE_S)


async def test_who_says_nothing_keeps_nobody_waiting_and_is_not_asked_twice_at_a_time() -> None:
    nodes = Nodes(silent={"silent"})
    offers = Offers(nodes.carry, LONG_S)
    release = first_release()
    for _ in range(2):
        await offer(offers, release, "silent", "quick")
    await offers.close()
    assert nodes.offered == ["silent", "quick", "quick"]


async def test_one_that_declines_is_left_alone_for_longer_and_longer() -> None:
    nodes, clock = Nodes(declining={"other"}), Clock()
    offers = Offers(nodes.carry, LONG_S, clock)
    release = first_release()
    asked_at = []
    for minute in range(20):
        clock.now = 60.0 * minute
        before = len(nodes.offered)
        await offer(offers, release, "other")
        if len(nodes.offered) > before:
            asked_at.append(minute)
    assert asked_at == [0, 1, 3, 7, 15]


async def test_another_release_is_offered_at_once() -> None:
    nodes = Nodes(declining={"other"})
    offers = Offers(nodes.carry, LONG_S, Clock())
    await offer(offers, first_release(), "other")
    await offer(offers, first_release(version=1), "other")
    assert nodes.offered == ["other", "other"]
