"""Asking the daemon behind the browser's back.

In a thread of its own, as Playwright's event loop runs in the test's.
"""

from __future__ import annotations

import asyncio
import datetime
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.daemon_process import DaemonProcess

PATIENCE_S = 30
AT_ONCE = 200
NEWEST_LETTER = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
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
    wait_for_answer(
        daemon,
        "captures_query",
        lambda answer: any(document["text"] == text for document in answer["documents"]),
    )


def wait_for_answer(daemon: DaemonProcess, kind: str, holds: Callable[[Json], bool]) -> None:
    """Ask until the answer is as it should be."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds(ask(daemon, kind)):
        assert time.monotonic() < deadline, f"{kind} was not answered as it should be"
        time.sleep(0.05)


def forget_everything(daemon: DaemonProcess) -> None:
    """Capture off everywhere, so that a page that closes keeps nothing more; an empty store."""
    for rule in ask(daemon, "sites_query")["sites"]:
        ask(daemon, "site_set", site=rule["site"], capture=False)
    ask(daemon, "captures_delete", everything=True)


def requests_so_far(daemon: DaemonProcess) -> int:
    """How many completions were asked for since the store was made."""
    return int(ask(daemon, "status_query")["suggestions"])


def keep_letters(daemon: DaemonProcess, count: int, site: str = "forum.example") -> None:
    """Texts 0 to count - 1, one a day, the last one newest."""
    texts = [
        {
            "draft": f"{site}-{number}",
            "site": site,
            "kind": "textarea",
            "text": f"Letter {number} is about the {'garden' if number % 3 else 'pump'}.",
            "written": (NEWEST_LETTER - datetime.timedelta(days=count - 1 - number)).isoformat(),
        }
        for number in range(count)
    ]
    for start in range(0, count, AT_ONCE):
        ask(daemon, "import_texts", texts=texts[start : start + AT_ONCE])
