"""Who may speak to the daemon at all, judged by the request's headers alone.

A page in the user's browser can reach any port of their machine, under any name it can make
resolve to 127.0.0.1. The rules here refuse such requests before anything else looks at them;
what they let through still has to prove itself (see `daemon.pairing`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware
from multidict import CIMultiDictProxy

from daemon.protocol.messages import SUBPROTOCOL

EXTENSION_ORIGIN = re.compile(
    r"chrome-extension://[a-p]{32}"
    r"|moz-extension://[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
SEC_FETCH_SITE = "Sec-Fetch-Site"
OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")

Headers = CIMultiDictProxy[str]
OriginRule = Callable[[str, str], bool]
"""Is this Origin (first) welcome at this Host (second)?"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further. ``reason`` is fixed text."""

    status: int
    reason: str


def is_extension_origin(origin: str, _host: str = "") -> bool:
    """Whether this is, letter for letter, the Origin of a browser extension."""
    return EXTENSION_ORIGIN.fullmatch(origin) is not None


def is_own_origin(origin: str, host: str) -> bool:
    """Whether a page that this daemon served under the same host sent this."""
    return origin == f"http://{host}"


def host_refusal(hosts: Sequence[str], port: int) -> Refusal | None:
    """Exactly one Host, and one of the three ways to spell this daemon."""
    if len(hosts) == 1 and hosts[0] in {f"{name}:{port}" for name in OWN_NAMES}:
        return None
    return Refusal(421, "This is not the host you are looking for.")


def origin_refusal(origins: Sequence[str], host: str, welcome: OriginRule) -> Refusal | None:
    """No Origin, or exactly one that the route welcomes."""
    if not origins or (len(origins) == 1 and welcome(origins[0], host)):
        return None
    return Refusal(403, "This origin may not connect.")


def fetch_site_refusal(sites: Sequence[str], origins: Sequence[str]) -> Refusal | None:
    """A browser says that another site asks, and no welcome Origin vouches for it."""
    if origins or all(site in {"none", "same-origin"} for site in sites):
        return None
    return Refusal(403, "Another site may not ask for this. Open the address directly.")


def content_refusal(method: str, content_types: Sequence[str], has_body: bool) -> Refusal | None:
    """Bodies are JSON: the one kind that a page cannot send elsewhere without asking first."""
    if method in {hdrs.METH_GET, hdrs.METH_HEAD} and not has_body:
        return None
    kinds = [kind.partition(";")[0].strip().lower() for kind in content_types]
    if kinds == ["application/json"]:
        return None
    return Refusal(415, "Only application/json is read here.")


def subprotocol_refusal(offers: Sequence[str]) -> Refusal | None:
    """The client must offer our subprotocol.

    Checked here because aiohttp logs offers that it does not know, whatever they contain.
    """
    offered = {name.strip() for offer in offers for name in offer.split(",")}
    return None if SUBPROTOCOL in offered else Refusal(400, f"Offer subprotocol {SUBPROTOCOL}.")


def request_refusal(
    headers: Headers, *, method: str, has_body: bool, port: int, welcome: OriginRule
) -> Refusal | None:
    """The first rule that this request breaks, if any."""
    hosts = headers.getall(hdrs.HOST, [])
    origins = headers.getall(hdrs.ORIGIN, [])
    return (
        host_refusal(hosts, port)
        or origin_refusal(origins, hosts[0], welcome)
        or fetch_site_refusal(headers.getall(SEC_FETCH_SITE, []), origins)
        or content_refusal(method, headers.getall(hdrs.CONTENT_TYPE, []), has_body)
    )


def guard_middleware(port: int, welcome_at: Callable[[str], OriginRule]) -> Middleware:
    """Refuse by the rules above before any handler runs, also for paths that do not exist.

    ``welcome_at`` gives the Origin rule of a path.
    """

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        refusal = request_refusal(
            request.headers,
            method=request.method,
            has_body=request.body_exists,
            port=port,
            welcome=welcome_at(request.path),
        )
        if refusal is not None:
            return web.Response(status=refusal.status, text=refusal.reason + "\n")
        return await handler(request)

    return guard
