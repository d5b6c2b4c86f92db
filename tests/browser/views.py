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
    """A page, what to click there, and what stands there when all of it is there."""

    name: str
    page: str
    size: ViewportSize
    says: str
    clicks: tuple[str, ...] = ()

    @contextmanager
    def opened(self, browser: Browser) -> Iterator[Page]:
        """Until the end of the block."""
        page = browser.extension_page(self.page)
        try:
            page.set_viewport_size(self.size)
            for name in self.clicks:
                page.get_by_role("button", name=name).first.click()
            expect(page.get_by_text(self.says).filter(visible=True).first).to_be_visible()
            yield page
        finally:
            page.close()


def _panel(name: str, says: str, *clicks: str) -> View:
    return View(name, "sidepanel.html", PANEL, says, clicks)


def _tour(name: str, says: str, step: int) -> View:
    return View(name, "tour.html", WINDOW, says, ("Next",) * step)


SITE = "forum.example"
"""Has to have texts, and to be on."""
CONNECTED = (
    _panel("kept", "characters typed"),
    _panel("kept-ticking", "0 selected", "Select"),
    _panel("kept-exporting", "The file is not encrypted", "Export"),
    _panel("kept-of-a-site", "Kept from there", SITE),
    _panel("never-here", f"Never on {SITE}?", SITE, "Never here"),
    _panel("sites", SITE, "Sites"),
    _panel("personas", "Everyday", "Personas"),
    _panel("learning", "Teach PLM", "Learning"),
    _panel("federation", "Better together", "Federation"),
    _panel("statistics", "Statistics", "Statistics"),
    _panel("settings", "Paired with PLM", "Settings"),
    _panel("forgetting", "Forget everything?", "Settings", "Forget everything…"),
    View("popup", "popup.html", POPUP, "PLM is ready"),
    View("paired", "pair.html", WINDOW, "This browser is paired"),
    _tour("tour-writing", "in your own voice", 0),
    _tour("tour-reading", "read along", 1),
    _tour("tour-keeping", "until you say where", 2),
    _tour("tour-learning", "while you are away", 3),
)
OF_A_MEMBER = (
    _panel("federation-of-a-member", "times better odds", "Federation"),
    _panel("leaving-a-community", "What makes this computer a member", "Federation", "Leave…"),
)
"""For a daemon whose user belongs to a community."""
DISCONNECTED = (
    _panel("panel-without-plm", "Not paired yet"),
    View("popup-without-plm", "popup.html", POPUP, "Not paired yet"),
    View("pairing", "pair.html", WINDOW, "Pair this browser with PLM"),
)
"""For a browser that is not paired."""
