"""Flower's remote calls, which are protobuf messages over HTTP, made with aiohttp.

Flower's own clients for them are private, blocking, heed proxy variables and follow redirects.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, Self, TypeVar

import aiohttp
from google.protobuf.message import DecodeError

PROTOBUF = "application/protobuf"
_CHUNK = 64 * 2**10
_STATUS_OK = 200
_LATER = frozenset({429, 502, 503, 504})
_LONGEST_WISH_S = 600.0
_MAX_ERROR_BYTES = 4_096


class Request(Protocol):
    """A protobuf message to send."""

    def SerializeToString(self) -> bytes:  # noqa: N802
        """Its bytes."""


class Response(Protocol):
    """A protobuf message to receive."""

    @classmethod
    def FromString(cls, data: bytes) -> Self:  # noqa: N802
        """Of its bytes. Raises `DecodeError`."""


R = TypeVar("R", bound=Response)


class UnreachableError(Exception):
    """No answer, or one that says "later": worth another try."""

    def __init__(self, reason: str, retry_after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s
        """How long the server wants us to wait; 0 where it does not say."""


class RefusedError(Exception):
    """The server answers that it will not. Trying the same again does not help."""

    def __init__(self, path: str, status: int, code: int | None, server_time: float | None) -> None:
        super().__init__(f"{path}: status {status}, code {code}")
        self.status = status
        self.code = code
        """Flower's `ApiErrorCode`, where it gave one."""
        self.server_time = server_time
        """What the server's clock showed, in seconds since 1970."""


class GarbledError(Exception):
    """An answer that is too large or is not what was asked for. The message is fixed text."""


class Calls:
    """Calls to one server, each with the headers that ``headers`` gives at that time."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base: Callable[[], str],
        headers: Callable[[], Mapping[str, str]],
    ) -> None:
        self._session = session
        self._base = base
        self._headers = headers

    async def __call__(
        self,
        path: str,
        request: Request,
        response: type[R],
        *,
        largest: int,
        timeout_s: float = 60.0,
    ) -> R:
        """Post ``request`` and parse the answer, of at most ``largest`` bytes.

        Raises `UnreachableError`, `RefusedError` and `GarbledError`.
        """
        try:
            async with self._session.post(
                self._base() + path,
                data=request.SerializeToString(),
                headers={
                    **self._headers(),
                    "Content-Type": PROTOBUF,
                    "Accept-Encoding": "identity",
                },
                skip_auto_headers=("User-Agent",),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout_s),
            ) as answer:
                body = await _read(answer, largest)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnreachableError(type(error).__name__) from None
        _raise_for_status(path, answer, body)
        try:
            return response.FromString(body)
        except DecodeError:
            raise GarbledError("not a protobuf message of the right kind") from None


def new_session(
    ssl: Any = True, *, connections: int = 8, timeout_s: float = 60.0
) -> aiohttp.ClientSession:
    """A session that heeds no proxy variables, keeps no cookies and unpacks nothing."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=ssl, limit=connections),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=timeout_s),
        trust_env=False,
        auto_decompress=False,
    )


async def _read(answer: aiohttp.ClientResponse, largest: int) -> bytes:
    if answer.status != _STATUS_OK:
        return await answer.content.read(_MAX_ERROR_BYTES)
    body = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > largest:
            answer.close()
            raise GarbledError("too large")
    return bytes(body)


def _raise_for_status(path: str, answer: aiohttp.ClientResponse, body: bytes) -> None:
    status = answer.status
    if status == _STATUS_OK:
        return
    if status in _LATER:
        raise UnreachableError(f"status {status}", _wish(answer.headers.get("Retry-After", "")))
    raise RefusedError(path, status, _code(body), _clock(answer.headers.get("Date", "")))


def _wish(retry_after: str) -> float:
    return min(float(retry_after), _LONGEST_WISH_S) if retry_after.isdecimal() else 0.0


def _code(body: bytes) -> int | None:
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if isinstance(code, int) else None


def _clock(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
