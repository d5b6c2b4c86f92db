"""The extension's own pages, as axe sees them: every view, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from tests.browser.asking import ask, keep_letters
from tests.browser.axe import has_none_in_either_theme
from tests.browser.chromium import Browser, chromium
from tests.browser.views import CONNECTED, DISCONNECTED, SITE, View
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def unpaired(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that knows no daemon."""
    with chromium(playwright, tmp_path_factory.mktemp("unpaired")) as running:
        yield running


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
