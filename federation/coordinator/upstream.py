"""The way from the gateway to the SuperLink: few calls at a time, and no header but a signature."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from federation.calls import PROTOBUF, UnreachableError
from federation.coordinator.superlink import SuperLink
from federation.signatures import SIGNATURE_HEADERS

_AT_ONCE = 16
"""More would only queue up there: it keeps one processor busy."""
_LARGE_AT_ONCE = 4
"""…and of those with a parcel, of which it makes half a dozen copies."""
_LARGE = frozenset({"/v1/fleet/push-object", "/v1/fleet/pull-object"})
_TURN_S = 30.0
_CALL_S = 60.0
_OK = 200


@dataclass(frozen=True, slots=True)
class Passed:
    """What the SuperLink has answered."""

    status: int
    content_type: str
    content: bytes

    @property
    def is_ok(self) -> bool:
        """Whether it has done what it was asked."""
        return self.status == _OK


class Upstream:
    """Passes requests on."""

    def __init__(self, superlink: SuperLink) -> None:
        self._superlink = superlink
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._large_turns = asyncio.Semaphore(_LARGE_AT_ONCE)

    @property
    def is_up(self) -> bool:
        """Whether the SuperLink answers."""
        return self._superlink.is_up.is_set()

    async def pass_on(self, path: str, headers: Mapping[str, str], body: bytes) -> Passed:
        """Ask the SuperLink. Raises `UnreachableError`, which says when to come again."""
        if not self.is_up:
            raise UnreachableError("starting", 2)
        turns = self._large_turns if path in _LARGE else self._turns
        try:
            async with asyncio.timeout(_TURN_S):
                await turns.acquire()
        except TimeoutError:
            raise UnreachableError("busy", 10) from None
        try:
            return await self._call(path, headers, body)
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise UnreachableError("gone", 2) from None
        finally:
            turns.release()

    async def _call(self, path: str, headers: Mapping[str, str], body: bytes) -> Passed:
        kept = {name: headers[name] for name in SIGNATURE_HEADERS if name in headers}
        async with self._superlink.session.post(
            self._superlink.url + path,
            data=body,
            headers={**kept, "Content-Type": PROTOBUF, "Accept-Encoding": "identity"},
            timeout=aiohttp.ClientTimeout(total=_CALL_S),
            allow_redirects=False,
        ) as answer:
            return Passed(answer.status, answer.content_type, await answer.read())
