"""Serves the operator's page and figures on this machine's own address, and never anywhere else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import msgspec
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from federation.coordinator.folder import FolderError
from federation.coordinator.metrics import CONTENT_TYPE, exposition
from federation.coordinator.overview import Overview
from federation.coordinator.page.rendered import POLICY, rendered

HOST = "127.0.0.1"
_OURS = frozenset({"127.0.0.1", "localhost"})
"""A page elsewhere that makes its own name resolve to this machine does not send these."""
_HEADERS = {
    hdrs.CACHE_CONTROL: "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@contextlib.asynccontextmanager
async def page_served(port: int, look: Callable[[], Overview]) -> AsyncIterator[int]:
    """Serve until the block is left; gives the port. ``look`` is called in a thread.

    Raises `OSError` where the port is taken.
    """

    def html(said: Overview) -> web.Response:
        return web.Response(text=rendered(said), content_type="text/html", headers=_HEADERS)

    def figures(said: Overview) -> web.Response:
        headers = _HEADERS | {hdrs.CONTENT_TYPE: CONTENT_TYPE}
        return web.Response(body=exposition(said), headers=headers)

    def status(said: Overview) -> web.Response:
        body = msgspec.json.encode(said)
        return web.Response(body=body, content_type="application/json", headers=_HEADERS)

    app = web.Application()
    for path, answer in {"/": html, "/metrics": figures, "/status": status}.items():
        app.router.add_get(path, _answering(look, answer))
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _answering(look: Callable[[], Overview], answer: Callable[[Overview], web.Response]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.url.host not in _OURS:
            return web.Response(status=403, text="Only from this machine.\n")
        try:
            return answer(await asyncio.to_thread(look))
        except FolderError as error:
            return web.Response(status=503, text=f"{error}\n")

    return handle
