"""Asking the daemon behind the browser's back.

In a thread of its own, as Playwright's event loop runs in the test's.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.daemon_process import DaemonProcess

PATIENCE_S = 30
Json = dict[str, Any]


def ask(daemon: DaemonProcess, kind: str, /, **fields: Any) -> Json:
    """One question over the command line's session."""

    async def question() -> Json:
        async with daemon.cli() as client:
            return await client.ask(kind, **fields)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, question()).result()


def new_code(daemon: DaemonProcess) -> str:
    """What ``plm pair`` shows."""
    return str(ask(daemon, "pair_begin")["code"])


def kept_texts(daemon: DaemonProcess, query: str = "") -> list[str]:
    """The texts in the store, newest first."""
    answer = ask(daemon, "captures_query", query=query)
    return [document["text"] for document in answer["documents"]]


def wait_until_kept(daemon: DaemonProcess, text: str) -> None:
    """Wait until exactly this text is stored."""
    deadline = time.monotonic() + PATIENCE_S
    while text not in kept_texts(daemon):
        assert time.monotonic() < deadline, "the text was not stored"
        time.sleep(0.05)


def forget_everything(daemon: DaemonProcess) -> None:
    """Capture off everywhere, so that a page that closes keeps nothing more; an empty store."""
    for rule in ask(daemon, "sites_query")["sites"]:
        ask(daemon, "site_set", site=rule["site"], capture=False)
    ask(daemon, "captures_delete", everything=True)


def requests_so_far(daemon: DaemonProcess) -> int:
    """How many completions were asked for since the store was made."""
    return int(ask(daemon, "status_query")["suggestions"])
