"""When the extension is gone, nothing of it is left in the pages that stay open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Playwright

from tests.browser.chromium import EXTENSION_ORIGIN, Browser, Tab, chromium
from tests.browser.web import WebSite
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

TYPED = "Monday, Tuesday, Wednesday, Thur"


@pytest.fixture
def own_browser(playwright: Playwright, tmp_path: Path, daemon: DaemonProcess) -> Iterator[Browser]:
    """One whose extension may go."""
    with chromium(playwright, tmp_path / "profile") as running:
        running.pair(daemon)
        yield running


class Worlds:
    """What listens to a page's window: in the page's own world, and in the extension's."""

    def __init__(self, tab: Tab) -> None:
        self._devtools: CDPSession = tab.page.context.new_cdp_session(tab.page)
        self._worlds: dict[str, int] = {}
        self._devtools.on("Runtime.executionContextCreated", self._note)
        self._devtools.send("Runtime.enable")

    def _note(self, event: dict[str, dict[str, object]]) -> None:
        context = event["context"]
        self._worlds[str(context["origin"])] = int(str(context["id"]))

    def listeners(self, origin: str) -> list[str]:
        """The events that are listened to in one world."""
        answer = self._devtools.send(
            "Runtime.evaluate",
            {
                "expression": "[window, document].flatMap(t => Object.keys(getEventListeners(t)))",
                "contextId": self._worlds[origin],
                "includeCommandLineAPI": True,
                "returnByValue": True,
            },
        )
        return list(answer["result"]["value"])


def test_nothing_is_left_in_a_page_when_the_extension_goes(
    own_browser: Browser, site: WebSite
) -> None:
    tab = own_browser.open(site.url("form.html"))
    worlds = Worlds(tab)
    page = site.url("").rstrip("/")
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    assert "keydown" in worlds.listeners(EXTENSION_ORIGIN)
    assert "plm-undo-step" in worlds.listeners(page)

    (background,) = own_browser.context.service_workers
    background.evaluate("chrome.runtime.reload()")
    tab.wait_until(lambda: tab.ghost() == "")
    tab.wait_until(lambda: not tab.page.evaluate("!!document.querySelector('plm-ghost')"))
    tab.wait_until(lambda: not worlds.listeners(EXTENSION_ORIGIN))
    assert not [name for name in worlds.listeners(page) if name.startswith("plm")]

    tab.page.keyboard.type("s")
    tab.press("Tab")
    assert tab.text("#textarea") == f"{TYPED}s"
    assert tab.focused() != "textarea"
