"""From a key press to the frame that shows the ghost, in a real browser.

``python -m bench key_to_ghost``
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.study_data import FILES, authors
from daemon import paths
from plm_engine.base import ensure_base
from tests.browser.asking import ask, forget_everything
from tests.browser.chromium import Tab, chromium
from tests.browser.web import web_site
from tests.daemon_process import DaemonProcess, running_daemon

KNOWN = 100
"""Texts that the author wrote before."""
SITE = "known.example"
TYPED_CHARS = 240
GAP_MS = 140.0
"""Between two keys at 80 words a minute; two of three gaps are within a factor of 1.6 of it."""
GAP_SPREAD = 0.45
THINK_MS = 500.0
"""After a word, one time in five."""


@dataclass(frozen=True, slots=True)
class KeyToGhost:
    """Milliseconds, as the extension and the daemon count them."""

    keys: int
    requests: int
    shown: int
    ghost_p50: float
    ghost_p95: float
    daemon_p50: float
    daemon_p95: float


def measure() -> KeyToGhost:
    """Type texts of test authors, one of each collection, letter by letter.

    The daemon knows what each wrote before.
    """
    cache = paths.cache_dir()
    ensure_base(cache, lambda _stage, _fraction: None)
    written = [_author(name) for name in FILES]
    texts = [_one_line(texts[-1]) for texts in written]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_daemon(Path(folder), cache) as daemon,
        web_site() as site,
        sync_playwright() as playwright,
        chromium(playwright, Path(folder) / "profile") as browser,
    ):
        browser.pair(daemon)
        for earlier, text in zip(written, texts, strict=True):
            _remember(daemon, earlier[:-1])
            tab = browser.open(site.url("form.html"))
            _type_like_a_person(tab, text)
            tab.page.close()
        status = ask(daemon, "status_query")
    return KeyToGhost(
        keys=sum(map(len, texts)),
        requests=status["suggestions"],
        shown=status["shown"],
        ghost_p50=status["ghost_ms_p50"],
        ghost_p95=status["ghost_ms_p95"],
        daemon_p50=status["latency_ms_p50"],
        daemon_p95=status["latency_ms_p95"],
    )


def _author(collection: str) -> list[str]:
    """The latest texts of a collection's first test author who wrote enough."""
    enough = (one for one in authors(collection, "test") if len(one) > KNOWN)
    return [document.text for document in next(enough)[-KNOWN - 1 :]]


def _remember(daemon: DaemonProcess, texts: list[str]) -> None:
    """As if one person had written these, and nothing else, on a site that is switched on."""
    forget_everything(daemon)
    ask(daemon, "site_set", site=SITE, capture=True)
    for number, text in enumerate(texts):
        ask(
            daemon,
            "capture",
            draft=f"{number}",
            site=SITE,
            kind="textarea",
            text=text,
            typed_chars=len(text),
        )


def _type_like_a_person(tab: Tab, text: str) -> None:
    cadence = random.Random(text)
    tab.page.click("#textarea")
    for letter in text:
        tab.page.keyboard.type(letter)
        gap = GAP_MS * cadence.lognormvariate(0, GAP_SPREAD)
        thinks = letter == " " and cadence.random() < 0.2
        tab.page.wait_for_timeout(gap + (THINK_MS if thinks else 0))
    tab.page.wait_for_timeout(THINK_MS)


def _one_line(text: str) -> str:
    """The beginning of a text; Enter would be a key of its own in some editors."""
    return " ".join(text.split())[:TYPED_CHARS]


def table(result: KeyToGhost) -> str:
    """Markdown."""
    ghost = (result.ghost_p50, result.ghost_p95)
    daemon = (result.daemon_p50, result.daemon_p95)
    counts = (
        f"{result.keys} keys, {result.requests} requests answered, {result.shown} ghosts shown."
    )
    return "\n".join(
        [
            "| | median | 95th percentile |",
            "|---|---:|---:|",
            "| key → ghost on the screen | {:.0f} ms | {:.0f} ms |".format(*ghost),
            "| a request in the daemon | {:.0f} ms | {:.0f} ms |".format(*daemon),
            "",
            counts,
        ]
    )
