"""Serves the playground's files, and a policy that lets them talk to nobody else."""

from __future__ import annotations

import html
import string
from importlib import resources

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

STATIC = {
    "/playground/style.css": ("style.css", "text/css"),
    "/playground/playground.js": ("playground.js", "text/javascript"),
    "/playground/link.js": ("link.js", "text/javascript"),
    "/playground/ghost.js": ("ghost.js", "text/javascript"),
    "/playground/icon.svg": ("icon.svg", "image/svg+xml"),
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self' ws://$host",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)


def add_playground(app: web.Application, base: str) -> None:
    """Register the page; ``base`` is the name of the model, shown on it."""
    page = string.Template(_read("index.html")).substitute(base=html.escape(base))

    async def index(request: web.Request) -> web.Response:
        return _response(request, page, "text/html")

    app.router.add_get("/", index)
    for path, (name, content_type) in STATIC.items():
        app.router.add_get(path, _static(_read(name), content_type))


def _static(text: str, content_type: str) -> Handler:
    async def serve(request: web.Request) -> web.Response:
        return _response(request, text, content_type)

    return serve


def _response(request: web.Request, text: str, content_type: str) -> web.Response:
    return web.Response(
        text=text,
        content_type=content_type,
        charset="utf-8",
        headers={
            hdrs.CACHE_CONTROL: "no-store",
            "Content-Security-Policy": string.Template(POLICY).substitute(host=request.host),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _read(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")
