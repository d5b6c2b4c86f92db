"""Every view of the extension's own pages, and how a user comes to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.chromium import Browser

PANEL = ViewportSize(width=420, height=800)
POPUP = ViewportSize(width=360, height=480)
WINDOW = ViewportSize(width=960, height=760)


@dataclass(frozen=True)
class View:
    """A page, and what to click there."""

    name: str
    page: str
    size: ViewportSize
    clicks: tuple[str, ...] = ()

    @contextmanager
    def opened(self, browser: Browser) -> Iterator[Page]:
        """Until the end of the block."""
        page = browser.extension_page(self.page)
        try:
            page.set_viewport_size(self.size)
            expect(page.get_by_text("Connecting…")).to_have_count(0)
            for name in self.clicks:
                page.get_by_role("button", name=name).first.click()
            yield page
        finally:
            page.close()


def _panel(name: str, *clicks: str) -> View:
    return View(name, "sidepanel.html", PANEL, clicks)


def _tour(name: str, step: int) -> View:
    return View(name, "tour.html", WINDOW, ("Next",) * step)


SITE = "forum.example"
"""Has to have texts, and to be on."""
CONNECTED = (
    _panel("kept"),
    _panel("kept-ticking", "Select"),
    _panel("kept-exporting", "Export"),
    _panel("kept-of-a-site", SITE),
    _panel("never-here", SITE, "Never here"),
    _panel("sites", "Sites"),
    _panel("personas", "Personas"),
    _panel("learning", "Learning"),
    _panel("statistics", "Statistics"),
    _panel("settings", "Settings"),
    _panel("forgetting", "Settings", "Forget everything…"),
    View("popup", "popup.html", POPUP),
    View("paired", "pair.html", WINDOW),
    _tour("tour-writing", 0),
    _tour("tour-reading", 1),
    _tour("tour-keeping", 2),
    _tour("tour-learning", 3),
)
DISCONNECTED = (
    _panel("panel-without-plm"),
    View("popup-without-plm", "popup.html", POPUP),
    View("pairing", "pair.html", WINDOW),
)
"""For a browser that is not paired, or a daemon that is down."""
