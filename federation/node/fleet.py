"""A node's life in a Flower fleet: wait for messages, have them handled, hand in the answers.

This takes the place of Flower's SuperNode, which runs whatever app the server sends. Here runs the
one handler that is installed, and there is no call with which another could be fetched. Nothing is
connected to but the coordinator.

A node sleeps whenever its user likes. Nothing depends on its staying awake: a message that was
taken and not answered is sent again, so a handler must answer the same to the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from federation.calls import GarbledError, RefusedError, UnreachableError
from federation.node.fleet_calls import FleetCalls, Membership, NotMemberError, ReplacedError
from federation.node.objections import objection
from federation.parcels import (
    MAX_PAYLOAD_BYTES,
    MalformedParcelError,
    Parcel,
    PeerRefusedError,
    unwrap,
    wrap,
    wrap_refusal,
)

Handler = Callable[[bytes], Awaitable[bytes] | bytes]
"""Answers a payload; runs in a thread of its own unless it is a coroutine function."""

_LOOK_S = 5.0
_LEAVE_S = 8.0


class RefuseError(Exception):
    """Raised by a handler that will not answer; the message goes to the coordinator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a node makes itself heard, in seconds."""

    heartbeat_s: float = 60.0
    """A node counts as online for twice this time; between 10 and 1,800."""
    poll_s: float = 0.5
    """Between being told that there is no mail and asking again."""
    shortest_pause_s: float = 1.0
    longest_pause_s: float = 120.0
    """Where the coordinator is out of reach, pauses double from the shortest to the longest."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The node is online, or is so again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The coordinator is out of reach or busy; the next try is in so many seconds."""

    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Answered:
    """A message was answered; sizes of the payloads in bytes."""

    received: int
    sent: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A message was not answered, and nothing in it was acted on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A message could not be answered: the handler failed, or its answer came too late."""

    reason: str


FleetEvent = Joined | Waiting | Answered | Refused | Failed
Report = Callable[[FleetEvent], None]


async def take_part(
    membership: Membership, handler: Handler, report: Report, pace: Pace | None = None
) -> None:
    """Be a node until cancelled, then go offline.

    Raises `NotMemberError` where the coordinator does not know this node (any more),
    `ReplacedError` where another process has joined with its key, and `ValueError` for an address
    that will not do.
    """
    async with FleetCalls.opened(membership) as calls:
        node = _Node(membership.node_id, calls, handler, report, pace or Pace())
        await node.join()
        beating = asyncio.create_task(node.beat_forever())
        is_replaced = False
        try:
            await node.handle_forever()
        except ReplacedError:
            is_replaced = True
            raise
        finally:
            beating.cancel()
            if not is_replaced:
                await _leave(calls)


async def _leave(calls: FleetCalls) -> None:
    with contextlib.suppress(
        TimeoutError, UnreachableError, RefusedError, GarbledError, NotMemberError, ReplacedError
    ):
        async with asyncio.timeout(_LEAVE_S):
            await calls.leave()


class _Pauses:
    """Longer and longer, and never the same for two nodes."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next_s = pace.shortest_pause_s

    def begin_anew(self) -> None:
        self._next_s = self._pace.shortest_pause_s

    def next(self, at_least_s: float = 0.0) -> float:
        longest = max(self._next_s, at_least_s)
        self._next_s = min(2 * self._next_s, self._pace.longest_pause_s)
        return random.uniform(0.5, 1.0) * longest + 0.5 * at_least_s  # noqa: S311


class _Node:
    def __init__(
        self, node_id: int, calls: FleetCalls, handler: Handler, report: Report, pace: Pace
    ) -> None:
        self._node_id = node_id
        self._calls = calls
        self._handler = handler
        self._report = report
        self._pace = pace
        self._pauses = _Pauses(pace)
        self._is_waiting = False

    async def join(self) -> None:
        while True:
            try:
                await self._calls.join(self._pace.heartbeat_s)
            except (UnreachableError, RefusedError, GarbledError) as error:
                await self._pause(error)
            else:
                self._pauses.begin_anew()
                self._is_waiting = False
                self._report(Joined())
                return

    async def beat_forever(self) -> None:
        """Beat by the clock on the wall, which goes on while the machine sleeps."""
        last = time.time()
        while True:
            await asyncio.sleep(_LOOK_S)
            if abs(time.time() - last) < 0.8 * self._pace.heartbeat_s:
                continue
            with contextlib.suppress(UnreachableError, RefusedError, GarbledError):
                await self._calls.beat(self._pace.heartbeat_s)
                last = time.time()

    async def handle_forever(self) -> None:
        while True:
            try:
                messages = await self._calls.pull()
                for message, tree in messages:
                    await self._handle(message, tree)
            except (UnreachableError, RefusedError, GarbledError) as error:
                await self._pause(error)
                continue
            self._goes_on()
            if not messages:
                await asyncio.sleep(self._pace.poll_s)

    async def _handle(self, message: Any, tree: Any) -> None:
        metadata = message.metadata
        if reason := objection(message, tree, node_id=self._node_id, now=self._calls.now()):
            await self._refuse(metadata, reason)
            return
        expires = metadata.created_at + metadata.ttl
        try:
            payload = await self._payload(metadata, expires)
        except (MalformedParcelError, GarbledError, PeerRefusedError) as error:
            await self._refuse(metadata, f"malformed content: {error}")
            return
        if payload is None:
            self._report(Failed("the message was withdrawn"))
            return
        parcel, event = await self._answer(payload)
        if await self._until(expires, lambda: self._calls.answer(metadata, parcel)):
            self._report(event)
        else:
            self._report(Failed("the answer came too late"))

    async def _payload(self, metadata: Any, expires: float) -> bytes | None:
        content: bytes | None = None

        async def fetch() -> None:
            nonlocal content
            content = await self._calls.fetch(metadata.run_id, metadata.message_id)

        if not await self._until(expires, fetch) or content is None:
            return None
        return unwrap(metadata.message_id, content)

    async def _answer(self, payload: bytes) -> tuple[Parcel, FleetEvent]:
        try:
            if inspect.iscoroutinefunction(self._handler):
                answer = await self._handler(payload)
            else:
                answer = await asyncio.to_thread(self._handler, payload)
        except RefuseError as error:
            return wrap_refusal(str(error)), Refused(str(error))
        except Exception as error:  # noqa: BLE001 - one bad message must not end the node
            # The coordinator learns nothing of what went wrong: it may tell of what is worked on.
            return wrap_refusal("failed"), Failed(type(error).__name__)
        if len(answer) > MAX_PAYLOAD_BYTES:
            return wrap_refusal("failed"), Failed(f"an answer of {len(answer):,} bytes")
        return wrap(answer), Answered(len(payload), len(answer))

    async def _refuse(self, metadata: Any, reason: str) -> None:
        self._report(Refused(reason))
        with contextlib.suppress(RefusedError, UnreachableError):
            await self._calls.answer(metadata, wrap_refusal(reason))

    async def _until(self, expires: float, attempt: Callable[[], Awaitable[None]]) -> bool:
        """Try until it works (True), or until it is of no use any more (False): the coordinator's
        clock shows ``expires``, or it does not want it, as the one that asked was killed."""
        while self._calls.now() < expires:
            try:
                await attempt()
            except UnreachableError as error:
                await self._pause(error)
            except RefusedError:
                return False
            else:
                self._goes_on()
                return True
        return False

    def _goes_on(self) -> None:
        """The coordinator has answered."""
        self._pauses.begin_anew()
        if self._is_waiting:
            self._is_waiting = False
            self._report(Joined())

    async def _pause(self, error: UnreachableError | RefusedError | GarbledError) -> None:
        at_least_s = error.retry_after_s if isinstance(error, UnreachableError) else 0.0
        seconds = self._pauses.next(at_least_s)
        self._is_waiting = True
        self._report(Waiting(str(error), seconds))
        await asyncio.sleep(seconds)
