"""The extension's own pages, as axe sees them: every view, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.asking import ask
from tests.browser.chromium import Browser
from tests.browser.test_review import keep
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "extension" / "node_modules" / "axe-core" / "axe.min.js"
NARROW = ViewportSize(width=420, height=800)


def click(*names: str) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        for name in names:
            page.get_by_role("button", name=name).first.click()

    return show


def see_steps(count: int) -> Callable[[Page], None]:
    return click(*["Next"] * count)


VIEWS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "kept": ("sidepanel.html", click("Kept")),
    "kept, some ticked": ("sidepanel.html", click("Select")),
    "kept, exporting": ("sidepanel.html", click("Export")),
    "kept, of a site": ("sidepanel.html", click("forum.example")),
    "sites": ("sidepanel.html", click("Sites")),
    "personas": ("sidepanel.html", click("Personas")),
    "learning": ("sidepanel.html", click("Learning")),
    "statistics": ("sidepanel.html", click("Statistics")),
    "settings": ("sidepanel.html", click("Settings")),
    "forgetting": ("sidepanel.html", click("Settings", "Forget everything…")),
    "popup": ("popup.html", click()),
    "pairing": ("pair.html", click()),
    "tour, writing": ("tour.html", see_steps(0)),
    "tour, reading": ("tour.html", see_steps(1)),
    "tour, keeping": ("tour.html", see_steps(2)),
    "tour, learning": ("tour.html", see_steps(3)),
}


def violations(page: Page) -> list[str]:
    """What is wrong, and where."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_has_no_violation_in_either_theme(
    browser: Browser, daemon: DaemonProcess, name: str
) -> None:
    ask(daemon, "site_set", site="forum.example", capture=True)
    keep(daemon, 2)
    address, show = VIEWS[name]
    page = browser.extension_page(address)
    page.set_viewport_size(NARROW)
    try:
        expect(page.get_by_text("Connecting…")).to_have_count(0)
        show(page)
        themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for theme in themes:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            assert violations(page) == []
    finally:
        page.close()
