"""Gives the newest release to nodes that do not have it, while everything else goes on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from federation import protocol, release
from federation.coordinator.asking import SMALL_ANSWER, Ask, ask
from federation.protocol import TakeRelease, TookRelease
from federation.release import Release

log = logging.getLogger("plm.coordinator")

_FIRST_REST_S, _LONGEST_REST_S = 60.0, 6 * 3_600.0


@dataclass(frozen=True, slots=True)
class _Declined:
    digest: str
    until: float
    rest_s: float


class Offers:
    """One at a time for each node. One that does not take a release is left alone for longer and
    longer: it is megabytes each time."""

    def __init__(
        self, carry: Ask, wait_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._carry, self._wait_s, self._clock = carry, wait_s, clock
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._declined: dict[str, _Declined] = {}

    async def make(self, nodes: Iterable[str], newest: Release, wait_s: float) -> None:
        """To these nodes; returns when all have answered, or after a while. The rest goes on."""
        wanted = [node for node in nodes if self._may_be_offered(node, newest.digest)]
        if not wanted:
            return
        packed = protocol.encode(TakeRelease(release.encode(newest)))  # all share one copy
        offers = {
            node: asyncio.create_task(self._offer(node, packed, newest.digest)) for node in wanted
        }
        self._under_way |= offers
        await asyncio.wait(offers.values(), timeout=wait_s)

    async def close(self) -> None:
        """Wait for nobody any more."""
        tasks = [*self._under_way.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _may_be_offered(self, node: str, digest: str) -> bool:
        declined = self._declined.get(node)
        is_left_alone = (
            declined is not None and declined.digest == digest and self._clock() < declined.until
        )
        return node not in self._under_way and not is_left_alone

    async def _offer(self, node: str, packed: bytes, digest: str) -> None:
        try:
            answer = await ask(self._carry, node, packed, self._wait_s, SMALL_ANSWER)
        finally:
            self._under_way.pop(node, None)
        if isinstance(answer, TookRelease):
            self._declined.pop(node, None)
            return
        before = self._declined.get(node)
        is_again = before is not None and before.digest == digest
        rest_s = min(2 * before.rest_s, _LONGEST_REST_S) if before and is_again else _FIRST_REST_S
        self._declined[node] = _Declined(digest, self._clock() + rest_s, rest_s)
        log.info("a release was not taken", extra={"rest_s": rest_s})
