"""How much one client may ask of the gateway, and how much all of them together.

These are the caps of a door, not of a fortress: against a flood of addresses a reverse proxy or the
host's provider has to help.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

_SWEEP_S = 2.0
_FORWARDED_FOR = "X-Forwarded-For"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be asked. A client is an IPv4 address or an IPv6 network of 64 bits."""

    at_once: int = 4_096
    """Requests in progress, all together; most of them just wait for mail."""
    at_once_per_client: int = 64
    """…and from one client; a household or an office may be one."""
    per_minute: int = 1_200
    """Requests from one client, averaged; a minute's worth may come at once."""
    enrolments_per_minute: int = 30
    """Of one client."""
    idle_connection_s: float = 60.0
    """How long a connection may stay without a request in progress."""
    behind_proxy: bool = False
    """Whether a reverse proxy of ours stands before us and tells in its header who the client is.
    Only then is that header believed."""


class TooManyError(Exception):
    """The client has asked too much."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


@dataclass(slots=True)
class Allowance:
    """A bucket per client that fills over time. Buckets that are full again are forgotten."""

    per_minute: int
    _spent: dict[str, tuple[float, float]] = field(default_factory=dict)

    def spend(self, client: str, now: float) -> None:
        """Take one. Raises `TooManyError` where there is none."""
        spent = self._spent_by(client, now)
        if spent + 1 > self.per_minute:
            raise TooManyError(retry_after_s=max(1, 60 // self.per_minute))
        self._spent[client] = (spent + 1, now)

    def forget_idle(self, now: float) -> None:
        """Keep only the clients that have spent something lately."""
        for client in [one for one in self._spent if not self._spent_by(one, now)]:
            del self._spent[client]

    def _spent_by(self, client: str, now: float) -> float:
        spent, at = self._spent.get(client, (0.0, now))
        return max(0.0, spent - (now - at) * self.per_minute / 60)


class Admission:
    """Counts requests and shows out connections that only take up room."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._requests = Allowance(limits.per_minute)
        self._enrolments = Allowance(limits.enrolments_per_minute)
        self._in_progress: Counter[str] = Counter()
        self._busy: Counter[RequestHandler] = Counter()
        self._idle_since: dict[RequestHandler, float] = {}

    @contextlib.contextmanager
    def admitted(self, request: web.Request, *, is_enrolment: bool) -> Iterator[None]:
        """Counts a request for as long as it is in progress. Raises `TooManyError`."""
        client = self._client(request)
        if (
            self._in_progress.total() >= self._limits.at_once
            or self._in_progress[client] >= self._limits.at_once_per_client
        ):
            raise TooManyError(retry_after_s=5)
        self._requests.spend(client, time.monotonic())
        if is_enrolment:
            self._enrolments.spend(client, time.monotonic())
        connection = request.protocol
        self._in_progress[client] += 1
        self._busy[connection] += 1
        try:
            yield
        finally:
            self._in_progress -= Counter([client])  # which drops what has come to nothing
            self._busy -= Counter([connection])

    async def sweep_forever(self, server: web.Server) -> None:
        """Close connections on which nothing is asked."""
        while True:
            await asyncio.sleep(_SWEEP_S)
            now = time.monotonic()
            self._requests.forget_idle(now)
            self._enrolments.forget_idle(now)
            self._sweep(server, now)

    def _sweep(self, server: web.Server, now: float) -> None:
        idle = [one for one in server.connections if one not in self._busy]
        self._idle_since = {one: self._idle_since.get(one, now) for one in idle}
        for connection, since in self._idle_since.items():
            if now - since >= self._limits.idle_connection_s:
                connection.force_close()

    def _client(self, request: web.Request) -> str:
        address = request.remote or ""
        if self._limits.behind_proxy:
            # The last one is what our own proxy has seen; the others are the client's to invent.
            forwarded = request.headers.getall(_FORWARDED_FOR, [address])[-1]
            address = forwarded.rpartition(",")[2].strip()
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return "unknown"
        if parsed.version == 6:  # noqa: PLR2004
            return str(ipaddress.ip_network((parsed, 64), strict=False))
        return str(parsed)
