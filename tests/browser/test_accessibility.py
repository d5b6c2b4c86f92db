"""The extension's own pages, as axe sees them: every view, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.asking import ask, keep_letters
from tests.browser.chromium import Browser, chromium
from tests.browser.views import CONNECTED, DISCONNECTED, SITE, View
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "extension" / "node_modules" / "axe-core" / "axe.min.js"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def unpaired(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that knows no daemon."""
    with chromium(playwright, tmp_path_factory.mktemp("unpaired")) as running:
        yield running


def violations(page: Page) -> list[str]:
    """What is wrong, and where."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def has_none_in_either_theme(page: Page) -> None:
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert violations(page) == [], theme


@pytest.mark.parametrize("view", CONNECTED, ids=lambda view: view.name)
def test_a_view_has_no_violation_in_either_theme(
    browser: Browser, daemon: DaemonProcess, view: View
) -> None:
    ask(daemon, "site_set", site=SITE, capture=True)
    keep_letters(daemon, 2, SITE)
    with view.opened(browser) as page:
        has_none_in_either_theme(page)


@pytest.mark.parametrize("view", DISCONNECTED, ids=lambda view: view.name)
def test_neither_has_one_that_helps_who_is_not_connected(unpaired: Browser, view: View) -> None:
    with view.opened(unpaired) as page:
        has_none_in_either_theme(page)
