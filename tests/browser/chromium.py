"""Debian's Chromium with the built extension, driven as a person would drive it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.daemon_process import DaemonProcess

CHROMIUM = "/usr/bin/chromium"
EXTENSION_DIR = Path(__file__).parents[2] / "extension" / ".output" / "chrome-mv3"
EXTENSION_ID = "dnffaialefdmanlefacieffbnpklchhh"
EXTENSION_ORIGIN = f"chrome-extension://{EXTENSION_ID}"
PATIENCE_S = 30
"""How long to wait for what has to come. Long, as machines are shared; tests wait no longer
than they need."""
QUIET_S = 1.5
"""How long to watch for what must not come."""
WORD_JOINER = "\u2060"

Node = dict[str, Any]


class Browser:
    """A running Chromium with the extension."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context

    def open(self, url: str) -> Tab:
        """A new tab."""
        page = self.context.new_page()
        page.goto(url)
        page.bring_to_front()
        return Tab(page)

    def extension_page(self, name: str) -> Page:
        """One of the extension's own pages, in a tab."""
        page = self.context.new_page()
        page.goto(f"{EXTENSION_ORIGIN}/{name}")
        return page

    def pair(self, daemon: DaemonProcess) -> None:
        """Type the code into the pairing page, as a user does."""
        page = self.extension_page("pair.html")
        page.get_by_text("PLM listens on another port").click()
        page.get_by_label("Port").fill(str(daemon.port))
        page.get_by_label("Pairing code").fill(new_code(daemon))
        page.get_by_role("button", name="Pair", exact=True).click()
        page.get_by_role("heading", name="This browser is paired").wait_for()
        page.close()


class Tab:
    """One page of somebody's web site."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._devtools = page.context.new_cdp_session(page)

    def ghost(self) -> str:
        """The ghost text that is on the screen, empty if there is none.

        It lives in a closed shadow root, where only the developer tools can look.
        """
        tree = self._devtools.send("DOM.getDocument", {"depth": -1, "pierce": True})
        return "".join(_ghost_texts(tree["root"])).replace(WORD_JOINER, "")

    def wait_for_ghost(self, wanted: Callable[[str], bool] = bool) -> str:
        """The ghost text, once there is one that is wanted."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            text = self.ghost()
            if wanted(text):
                return text
            time.sleep(0.02)
        raise AssertionError(f"no such ghost appeared; there is {self.ghost()!r}")

    def wait_for_settled_ghost(self) -> str:
        """The ghost text after the last word of the answer has streamed in."""
        text = self.wait_for_ghost()
        since = time.monotonic()
        while time.monotonic() - since < 0.4:
            now = self.ghost()
            if now != text:
                text, since = now, time.monotonic()
            time.sleep(0.03)
        return text

    def expect_no_ghost(self, seconds: float = QUIET_S) -> None:
        """Watch for a while that no ghost appears."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.ghost() == ""
            time.sleep(0.05)

    def type(self, selector: str, text: str) -> None:
        """Click into a field and type at its end."""
        self.page.click(selector)
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(text, delay=15)

    def press(self, key: str) -> None:
        """Press a key, or several: ``Control+z``."""
        self.page.keyboard.press(key)

    def text(self, selector: str) -> str:
        """What the field holds, non-breaking spaces as spaces."""
        script = "e => 'value' in e ? e.value : e.innerText"
        return str(self.page.eval_on_selector(selector, script)).replace("\u00a0", " ")

    def focused(self) -> str:
        """The id of the element that has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))


def _ghost_texts(node: Node, inside: bool = False) -> Iterator[str]:
    if inside and node.get("nodeName") == "#text":
        yield node["nodeValue"]
    inside = inside or node.get("localName") == "plm-ghost"
    for kind in ("shadowRoots", "children"):
        for child in node.get(kind, ()):
            yield from _ghost_texts(child, inside)
    if "contentDocument" in node:
        yield from _ghost_texts(node["contentDocument"])


@contextmanager
def chromium(profile: Path, **options: Any) -> Iterator[Browser]:
    """A fresh Chromium until the end of the block."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=CHROMIUM,
            headless=False,  # the flag below asks for the headless mode that has extensions
            args=[
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--disable-extensions-except={EXTENSION_DIR}",
                f"--load-extension={EXTENSION_DIR}",
            ],
            **options,
        )
        try:
            yield Browser(context)
        finally:
            context.close()


def new_code(daemon: DaemonProcess) -> str:
    """What ``plm pair`` shows. In a thread, as Playwright's own loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, daemon.new_code()).result()
