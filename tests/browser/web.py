"""A web site of its own origin, for the extension to help on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

PAGES = Path(__file__).parent / "pages"
STRICT_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'none'; require-trusted-types-for 'script'"
)


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def end_headers(self) -> None:
        if self.path.startswith("/strict"):
            self.send_header("Content-Security-Policy", STRICT_POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


@dataclass(frozen=True)
class WebSite:
    """Where it is."""

    port: int

    @property
    def host(self) -> str:
        """What consent is given to."""
        return f"localhost:{self.port}"

    def url(self, page: str, name: str = "localhost") -> str:
        """The address of one of the files in ``pages/``; any name in ``.example`` leads there."""
        return f"http://{name}:{self.port}/{page}"


@contextmanager
def web_site(pages: Path = PAGES) -> Iterator[WebSite]:
    """Serve a folder until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(pages)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield WebSite(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
