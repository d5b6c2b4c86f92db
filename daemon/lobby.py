"""Where connections wait until they have proven who they are: few, small and not for long."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

MAX_FRAME_CHARS = 4_096
SWEEP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much an unproven client may ask of us."""

    sockets: int = 16
    """Unproven WebSockets at once, all together."""
    sockets_per_origin: int = 6
    """…and from one Origin, so that one extension cannot lock out another."""
    seconds: float = 20.0
    """For the whole handshake, stretching a pairing code included."""
    connections: int = 64
    """TCP connections that have not become a session."""
    connection_seconds: float = 30.0
    """How long such a connection may live, however busy it looks."""


@dataclass(slots=True)
class Lobby:
    """Counts who waits and shows out who waits too long."""

    limits: Limits = field(default_factory=Limits)
    _waiting: Counter[str] = field(default_factory=Counter)
    _first_seen: dict[RequestHandler, float] = field(default_factory=dict)
    _sessions: set[RequestHandler] = field(default_factory=set)

    def is_full(self, origin: str) -> bool:
        """Whether one more from this Origin is too many."""
        return (
            self._waiting.total() >= self.limits.sockets
            or self._waiting[origin] >= self.limits.sockets_per_origin
        )

    @contextmanager
    def waiting(self, origin: str) -> Iterator[None]:
        """Counts one unproven WebSocket for as long as it is one."""
        self._waiting[origin] += 1
        try:
            yield
        finally:
            self._waiting[origin] -= 1
            if not self._waiting[origin]:
                del self._waiting[origin]

    def let_in(self, request: web.Request) -> None:
        """This connection is a session now: the lobby's limits are no longer its own."""
        self._sessions.add(request.protocol)

    async def sweep_forever(self, server: web.Server) -> None:
        """Close connections that hold a place without becoming a session."""
        while True:
            await asyncio.sleep(SWEEP_S)
            self._sweep(server, time.monotonic())

    def _sweep(self, server: web.Server, now: float) -> None:
        connected = server.connections
        self._sessions.intersection_update(connected)
        idle = [one for one in reversed(connected) if one not in self._sessions]
        self._first_seen = {one: self._first_seen.get(one, now) for one in idle}
        idle.sort(key=self._first_seen.__getitem__, reverse=True)
        for place, connection in enumerate(idle):
            age = now - self._first_seen[connection]
            if age >= self.limits.connection_seconds or place >= self.limits.connections:
                connection.force_close()
