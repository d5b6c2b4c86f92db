"""From a key press to the frame that shows the ghost, in a real browser, at rest and at work.

``python -m bench key_to_ghost``
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from bench.course_beside import Standstill, course, import_texts, is_at_work, looked_at
from bench.listening import Listener, Times
from bench.study_data import FILES, authors
from daemon import paths
from plm_engine.base import ensure_base
from tests.browser.asking import ask, forget_everything
from tests.browser.chromium import Browser, Tab, chromium
from tests.browser.web import WebSite, web_site
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
PAUSES = 4
"""In another text, each after a word."""
PAUSE_MS = 11_000.0
"""Longer than a course stands still after a request."""


@dataclass(frozen=True, slots=True)
class Typed:
    """In one condition."""

    times: Times = field(default_factory=Times)
    """Typing on and on."""
    returns: Times = field(default_factory=Times)
    """The first after each pause."""
    standstill: Standstill = field(default_factory=Standstill)
    """While typing on and on."""


@dataclass(frozen=True, slots=True)
class KeyToGhost:
    """The same texts, twice."""

    keys: int
    idle: Typed
    learning: Typed


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where somebody types."""

    daemon: DaemonProcess
    browser: Browser
    site: WebSite
    listener: Listener

    def type_all(self, texts: Sequence[str], typed: Typed, *, is_learning: bool) -> None:
        """The last text on and on, the one before it with pauses."""
        with course(self.daemon) if is_learning else nullcontext():
            tab = self.browser.open(self.site.url("form.html"))
            tab.page.click("#textarea")
            self.listener.take()
            with looked_at(self.daemon, typed.standstill):
                _type_like_a_person(tab, _one_line(texts[-1]))
            tab.page.close()
            typed.times.add(self.listener.take())
            self._type_with_pauses(texts[-2], typed, is_learning=is_learning)

    def _type_with_pauses(self, text: str, typed: Typed, *, is_learning: bool) -> None:
        tab = self.browser.open(self.site.url("form.html"))
        tab.page.click("#textarea")
        first, *words = text.split()[: PAUSES + 1]
        _type_like_a_person(tab, f"{first} ")
        for word in words:
            has_ghost = bool(tab.ghost())
            self.listener.take()
            tab.page.wait_for_timeout(PAUSE_MS)
            if is_learning:
                assert is_at_work(self.daemon), "the course stood still in a pause"
            _type_like_a_person(tab, f"{word} ")
            typed.returns.add(_first(self.listener.take(), has_ghost=has_ghost))
        tab.page.close()


def measure() -> KeyToGhost:
    """Type texts of test authors, one of each collection, letter by letter.

    The daemon knows what each wrote before. Every other author is typed first while it learns.
    """
    cache = paths.cache_dir()
    ensure_base(cache, lambda _stage, _fraction: None)
    written = [_author(name) for name in FILES]
    result = KeyToGhost(sum(len(_one_line(texts[-1])) for texts in written), Typed(), Typed())
    with (
        tempfile.TemporaryDirectory() as folder,
        running_daemon(Path(folder), cache) as daemon,
        web_site() as site,
        sync_playwright() as playwright,
        chromium(playwright, Path(folder) / "profile") as browser,
    ):
        browser.pair(daemon)
        desk = _Desk(daemon, browser, site, Listener(browser))
        for number, texts in enumerate(written):
            _remember(daemon, texts[:-2])
            order = [(result.idle, False), (result.learning, True)]
            for typed, is_learning in order if number % 2 == 0 else reversed(order):
                desk.type_all(texts, typed, is_learning=is_learning)
    return result


def _first(times: Times, *, has_ghost: bool) -> Times:
    """After a pause; what becomes known of a ghost that stood there before is left out."""
    return Times(
        ghosts=times.ghosts[has_ghost : has_ghost + 1],
        requests=times.requests[:1],
        waits=times.waits[:1],
    )


def _author(collection: str) -> list[str]:
    """The latest texts of a collection's first test author who wrote enough."""
    enough = (one for one in authors(collection, "test") if len(one) > KNOWN + 1)
    return [document.text for document in next(enough)[-KNOWN - 2 :]]


def _remember(daemon: DaemonProcess, texts: list[str]) -> None:
    """As if one person had brought texts from elsewhere, and then written these here."""
    forget_everything(daemon)
    import_texts(daemon)
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
    idle, learning = result.idle, result.learning
    rows = {
        "key → ghost on the screen": (idle.times.ghosts, learning.times.ghosts),
        "a request in the daemon": (idle.times.requests, learning.times.requests),
        "after a pause: key → first ghost": (idle.returns.ghosts, learning.returns.ghosts),
        "after a pause: first request, there and back": (
            idle.returns.waits,
            learning.returns.waits,
        ),
    }
    return "\n".join(
        [
            "| | at rest: median | 95th percentile | while PLM learns: median | 95th percentile "
            "| 95th percentile, times at rest |",
            "|---|---:|---:|---:|---:|---:|",
            *(_row(name, *both) for name, both in rows.items()),
            "",
            f"{result.keys} keys in each: {_counts(idle)} at rest, {_counts(learning)} while PLM "
            f"learned. The course stood still for {learning.standstill.share * 100:.0f} % of the "
            f"time, and used {learning.standstill.cpu_s:.1f} s of processor time.",
        ]
    )


def _row(name: str, idle: list[float], learning: list[float]) -> str:
    (rest, slow_rest), (work, slow_work) = (
        np.percentile(one, (50, 95)) for one in (idle, learning)
    )
    return (
        f"| {name} | {rest:.0f} ms | {slow_rest:.0f} ms | {work:.0f} ms | {slow_work:.0f} ms "
        f"| {slow_work / slow_rest:.2f} |"
    )


def _counts(typed: Typed) -> str:
    returns = typed.returns
    return (
        f"{len(typed.times.requests)} requests and {len(typed.times.ghosts)} ghosts, "
        f"{len(returns.waits)} and {len(returns.ghosts)} after pauses,"
    )
