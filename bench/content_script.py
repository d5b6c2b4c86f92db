"""What the extension costs a page on which nobody writes.

``python -m bench content_script``
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.browser.chromium import EXTENSION_DIR, EXTENSION_ORIGIN, Browser, chromium
from tests.browser.web import WebSite, web_site

PAGES = Path(__file__).parent / "pages"
ROUNDS = 9
STEPS = 100
FRAMES = 101
"""Of ``frames.html``, itself included."""
SAMPLE_US = 100
MEASURES = {
    "processor time of its process": "ProcessTime",
    "of that, in its main thread": "ThreadTime",
}


@dataclass(slots=True)
class Pages:
    """What they took in one browser."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in MEASURES})
    heap_mb: float = 0.0
    """Of a page of frames."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Milliseconds in scripts, as samples tell."""

    ours: float
    all: float


@dataclass(frozen=True, slots=True)
class ContentScript:
    """The same pages without PLM, with it, and with an extension that does nothing."""

    without: Pages
    with_it: Pages
    hollow: Pages
    loading: Profile
    working: Profile
    size_kb: float


def measure() -> ContentScript:
    """Open the pages in three browsers, in turns."""
    without, with_it, hollow = Pages(), Pages(), Pages()
    with (
        tempfile.TemporaryDirectory() as folder,
        web_site(PAGES) as site,
        sync_playwright() as playwright,
        ExitStack() as browsers,
    ):

        def start(name: str, extension: Path | None) -> Browser:
            profile = Path(folder) / name
            return browsers.enter_context(chromium(playwright, profile, extension=extension))

        plain = start("plain", None)
        empty = start("empty", _hollowed(Path(folder) / "hollow"))
        extended = start("extended", EXTENSION_DIR)
        turns = [(plain, without), (extended, with_it)]
        for _ in range(ROUNDS):
            for browser, pages in turns:
                _work(browser, site, pages)
            turns.reverse()
        for browser, pages in (*turns, (empty, hollow)):
            pages.heap_mb = _heap_mb(browser, site)
        loading, working = _profiles(extended, site)
    return ContentScript(without, with_it, hollow, loading, working, size_kb())


def _hollowed(copy: Path) -> Path:
    """The extension as it is, with scripts that do nothing in pages."""
    shutil.copytree(EXTENSION_DIR, copy)
    for script in copy.glob("content-scripts/*.js"):
        script.write_text(";")
    return copy


def size_kb() -> float:
    """Of all that is loaded into a page, as it is built."""
    return sum(file.stat().st_size for file in EXTENSION_DIR.glob("content-scripts/*.js")) / 1e3


@contextmanager
def _inspected(browser: Browser, url: str) -> Iterator[tuple[CDPSession, Page]]:
    """A page in a tab of its own, with nothing in it focused."""
    tab = browser.open(url)
    devtools = browser.context.new_cdp_session(tab.page)
    devtools.send("Performance.enable")
    yield devtools, tab.page
    tab.page.close()


def _work(browser: Browser, site: WebSite, pages: Pages) -> None:
    with _inspected(browser, site.url("busy.html")) as (devtools, page):
        before = _metrics(devtools)
        page.evaluate(f"work({STEPS})")
        after = _metrics(devtools)
        for name, metric in MEASURES.items():
            pages.seconds[name].append(after[metric] - before[metric])


def _heap_mb(browser: Browser, site: WebSite) -> float:
    with _inspected(browser, site.url("frames.html")) as (devtools, _):
        devtools.send("HeapProfiler.collectGarbage")
        return _metrics(devtools)["JSHeapUsedSize"] / 1e6


def _metrics(devtools: CDPSession) -> dict[str, float]:
    answer = devtools.send("Performance.getMetrics")
    return {metric["name"]: float(metric["value"]) for metric in answer["metrics"]}


def _profiles(browser: Browser, site: WebSite) -> tuple[Profile, Profile]:
    """While the busy page loads, and while it works."""
    with _inspected(browser, site.url("empty.html")) as (devtools, page):
        devtools.send("Profiler.enable")
        devtools.send("Profiler.setSamplingInterval", {"interval": SAMPLE_US})
        devtools.send("Profiler.start")
        page.goto(site.url("busy.html"))
        loading = _profile(devtools.send("Profiler.stop"))
        devtools.send("Profiler.start")
        page.evaluate(f"work({STEPS})")
        return loading, _profile(devtools.send("Profiler.stop"))


def _profile(answer: dict[str, Any]) -> Profile:
    profile = answer["profile"]
    urls = {node["id"]: node["callFrame"]["url"] for node in profile["nodes"]}
    samples = zip(profile["samples"], profile["timeDeltas"], strict=True)
    times = [(urls[node], delta / 1e3) for node, delta in samples if urls[node]]
    ours = sum(time for url, time in times if url.startswith(EXTENSION_ORIGIN))
    return Profile(ours, sum(time for _, time in times))


def table(result: ContentScript) -> str:
    """Markdown."""
    without, with_it = result.without, result.with_it
    added, own = (
        (with_it.heap_mb - other.heap_mb) / FRAMES * 1e3 for other in (without, result.hollow)
    )
    return "\n".join(
        [
            "| a busy page | without PLM | with PLM | ratio | of a round, least to most |",
            "|---|---:|---:|---:|---:|",
            *(_row(name, without.seconds[name], with_it.seconds[name]) for name in MEASURES),
            "",
            "| of PLM in a page | |",
            "|---|---:|",
            f"| in samples of its scripts, while it works | {_share(result.working)} |",
            f"| in samples of its scripts, while it loads | {_share(result.loading)} |",
            f"| memory for each frame | {added:.0f} KB |",
            f"| of it, more than an extension takes that does nothing | {own:.0f} KB |",
            f"| size of the scripts | {result.size_kb:.0f} KB |",
        ]
    )


def _row(name: str, without: list[float], with_it: list[float]) -> str:
    ratios = [extended / plain for plain, extended in zip(without, with_it, strict=True)]
    return (
        f"| {name} | {median(without):.2f} s | {median(with_it):.2f} s | {median(ratios):.2f} "
        f"| {min(ratios):.2f} to {max(ratios):.2f} |"
    )


def _share(profile: Profile) -> str:
    return f"{profile.ours:.1f} ms of {profile.all:.0f} ms"
