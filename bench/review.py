"""How soon one sees what one looks for among a hundred thousand texts.

``python -m bench review``
"""

from __future__ import annotations

import datetime
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright
from rich.progress import Progress

from bench.study_data import FILES, authors
from daemon import paths
from daemon.protocol.messages import Capture, CapturesQuery
from daemon.store import STORE_FILE, Store, load_key
from plm_engine.base import ensure_base
from tests.browser.chromium import chromium
from tests.daemon_process import running_daemon

TEXTS = 100_000
SITES = 40
ASKED = 200
SEARCHED_IN_PANEL = 40
PAGE = 50
BEGUN = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
EVERY = datetime.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds for each of some questions."""

    ms: list[float]

    def row(self, name: str) -> str:
        """Of the table."""
        cuts = quantiles(self.ms, n=20)
        return f"| {name} | {cuts[9]:.0f} | {cuts[18]:.0f} | {max(self.ms):.0f} |"


@dataclass(frozen=True, slots=True)
class Review:
    """A hundred thousand texts of test authors."""

    megabytes: float
    """Of text."""
    asked: dict[str, Waits]
    shown: dict[str, Waits]
    most_cards: int
    daemon_mb: float


def measure(progress: Progress) -> Review:
    """Keep real texts, ask the store for pages of them, then look at them in the real panel."""
    cache = paths.cache_dir()
    ensure_base(cache, lambda _stage, _fraction: None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = _texts()
        store = _open(folder / "data")
        _keep(store, texts, progress)
        words = _sought(texts)
        asked = {what: _asked(store, ask) for what, ask in _questions(words).items()}
        store.close()
        with (
            running_daemon(folder, cache) as daemon,
            sync_playwright() as playwright,
            chromium(playwright, folder / "profile") as browser,
        ):
            browser.pair(daemon)
            panel = browser.extension_page("sidepanel.html")
            panel.set_viewport_size({"width": 420, "height": 800})
            shown, most_cards = _look(panel, words[:SEARCHED_IN_PANEL])
            daemon_mb = psutil.Process(daemon.process.pid).memory_info().rss / 1e6
    return Review(sum(map(len, texts)) / 1e6, asked, shown, most_cards, daemon_mb)


def table(found: Review) -> str:
    """Markdown."""
    rows = [waits.row(f"store: {name}") for name, waits in found.asked.items()]
    rows += [waits.row(f"panel: {name}") for name, waits in found.shown.items()]
    return "\n".join(
        [
            "| milliseconds | median | 95 % within | most |",
            "|---|---:|---:|---:|",
            *rows,
            "",
            f"{TEXTS:,} texts, {found.megabytes:.0f} million characters; at most "
            f"{found.most_cards} of them on the page at once. The daemon, with all of them in its "
            f"memory: {found.daemon_mb:,.0f} MB.",
        ]
    )


def _texts() -> list[str]:
    own = [text.text for name in FILES for author in authors(name, "all") for text in author]
    texts = list(islice(cycle(own), TEXTS))
    random.Random(0).shuffle(texts)
    return texts


def _open(folder: Path) -> Store:
    folder.mkdir()
    return Store.open(folder / STORE_FILE, load_key(folder, store_exists=False))


def _keep(store: Store, texts: list[str], progress: Progress) -> None:
    for number, text in enumerate(progress.track(texts, description="keeping texts")):
        capture = Capture(
            draft=f"d{number}",
            site=f"site{number % SITES}.example",
            kind="textarea",
            text=text,
            typed_chars=len(text),
        )
        store.documents.add(capture, (BEGUN + number * EVERY).isoformat(timespec="seconds"))


def _sought(texts: list[str]) -> list[str]:
    """Words as they occur, so common ones more often, typed to the end or not."""
    chance = random.Random(1)
    words: list[str] = []
    while len(words) < ASKED:
        found = re.findall(r"[a-zA-Z]{3,}", chance.choice(texts))
        if found:
            word = chance.choice(found)
            words.append(word[: chance.randint(3, len(word))])
    return words


def _questions(words: list[str]) -> dict[str, Iterator[CapturesQuery]]:
    chance = random.Random(2)
    days = [BEGUN + chance.randrange(TEXTS) * EVERY for _ in range(ASKED)]
    week = datetime.timedelta(days=7)
    return {
        "any page": (
            CapturesQuery(limit=PAGE, offset=chance.randrange(TEXTS)) for _ in range(ASKED)
        ),
        "a site": (CapturesQuery(site=f"site{n % SITES}.example") for n in range(ASKED)),
        "a week": (
            CapturesQuery(since=f"{day:%Y-%m-%d}", before=f"{day + week:%Y-%m-%d}") for day in days
        ),
        "a word": (CapturesQuery(query=word) for word in words),
        "a word on a site": (
            CapturesQuery(query=word, site=f"site{n % SITES}.example")
            for n, word in enumerate(words)
        ),
    }


def _asked(store: Store, questions: Iterator[CapturesQuery]) -> Waits:
    return Waits([_ms(lambda asked=one: store.documents.query(asked)) for one in questions])  # type: ignore[misc]


def _ms(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def _look(panel: Page, words: list[str]) -> tuple[dict[str, Waits], int]:
    """Search, then pull the scroll bar here and there."""
    count = panel.locator(".summary [aria-live]")
    count.filter(has_text=f"{TEXTS:,} texts").wait_for()
    searched = []
    for word in words:
        searched.append(float(panel.evaluate(_SEARCH, word)))
    panel.evaluate(_SEARCH, "")
    chance = random.Random(3)
    pulled, most = [], 0
    for _ in words:
        pulled.append(float(panel.evaluate(_PULL, chance.random())))
        most = max(most, panel.get_by_role("article").count())
    return {"a word, from the last key": Waits(searched), "any place": Waits(pulled)}, most


_SEARCH = """async (word) => {
    const field = document.querySelector('input[type=search]');
    const list = document.querySelector('.panel-body');
    field.value = word;
    const before = list.innerText;
    const start = performance.now();
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    while (list.innerText === before) await new Promise(requestAnimationFrame);
    return performance.now() - start;
}"""
_PULL = """async (share) => {
    const list = document.querySelector('.panel-body');
    const start = performance.now();
    list.scrollTop = list.scrollHeight * share;
    do await new Promise(requestAnimationFrame);
    while (document.querySelector('.unread') || !document.querySelector('article'));
    return performance.now() - start;
}"""
