"""Who is there: nodes that are online, by the names in their certificates, and who must go."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

from federation.calls import GarbledError, RefusedError, UnreachableError
from federation.coordinator.enrolment import Nodes
from federation.coordinator.post import Post
from federation.coordinator.roll import Roll

log = logging.getLogger("plm.coordinator")

_LOOK_S = 1.0


@dataclass(slots=True)
class Attendance:
    """Of one community."""

    post: Post
    roll: Roll
    nodes: Nodes
    clock: Callable[[], float] = time.time
    online: int = 0
    """Nodes, at the last look."""

    async def __call__(self) -> list[str]:
        """Who is online: nobody, while nobody can tell."""
        try:
            nodes = [str(node.node_id) for node in await self.post.online()]
        except UnreachableError:
            nodes = []
        self.online = len(nodes)
        with contextlib.suppress(sqlite3.Error):  # the disk is full: it is only a date
            self.roll.saw(nodes, int(self.clock()))
        return nodes

    async def let_out_forever(self) -> None:
        """Whom the operator expels is let in no more, also by the SuperLink."""
        while True:
            try:
                for node in self.roll.to_let_out():
                    await self._let_out(node)
            except (UnreachableError, GarbledError, sqlite3.Error) as error:
                log.warning("cannot let a node out yet", extra={"error": type(error).__name__})
            await asyncio.sleep(_LOOK_S)

    async def _let_out(self, node: str) -> None:
        with contextlib.suppress(RefusedError):  # it does not know the node (any more)
            await self.nodes.unregister(int(node))
        self.post.ledger.let_out(int(node))
        self.roll.let_out(node)
        log.info("let a node out")
