"""The pictures in docs/images, taken from the running product: ``python -m bench.screenshots``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import FloatRect, Locator, Page, Playwright, ViewportSize, sync_playwright
from rich.progress import track

from daemon import paths
from plm_engine.base import ensure_base
from tests.browser.asking import ask, forget_everything, wait_until_kept
from tests.browser.chromium import Browser, chromium
from tests.browser.web import WebSite, web_site
from tests.daemon_process import DaemonProcess, running_daemon

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PAGES = Path(__file__).parent / "pages"
SCALE = 2
WINDOW = ViewportSize(width=960, height=790)
MAIL = FloatRect(x=0, y=0, width=960, height=510)
PANEL = ViewportSize(width=420, height=800)

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, Theme] = ("light", "dark")

MESSAGE = (
    "Dear Sarah,\n\nI have looked at the drawing, and I like where the new beds are. If you have "
    "any questions about the seedlings, please do not"
)
STORY = "It was a fine morning in May. The sun was shining, the birds were"
KEPT = {
    "forum": "Sanding between the coats made all the difference. I used 320 grit, very lightly, "
    "and let the second coat dry overnight before I touched it again.",
    "wiki": "The pump needs to be drained before the first frost, or the housing will crack as it "
    "did in March.",
    "mail": "I will bring the seedlings on Saturday. Could you leave the gate open? The tomatoes "
    "want warm feet, so let us wait with those until the middle of May.",
}
"""What somebody wrote on three sites."""


def main() -> None:
    """Take every picture in both themes."""
    IMAGES.mkdir(exist_ok=True)
    cache = paths.cache_dir()
    ensure_base(cache, lambda _stage, _fraction: None)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_daemon(Path(folder), cache) as daemon,
        web_site(PAGES) as site,
        sync_playwright() as playwright,
    ):
        for theme in track(THEMES, "taking pictures"):
            _in_theme(playwright, Path(folder) / theme, daemon, site, theme)


def _in_theme(
    playwright: Playwright, profile: Path, daemon: DaemonProcess, site: WebSite, theme: Theme
) -> None:
    look: dict[str, Any] = {"color_scheme": theme, "device_scale_factor": SCALE, "viewport": WINDOW}
    flag = f"--host-resolver-rules=MAP *.example 127.0.0.1:{site.port}"
    with chromium(playwright, profile, flag, **look) as browser:
        browser.pair(daemon)
        forget_everything(daemon)
        _ghost(browser, theme)
        _playground(browser, daemon, theme)
        _panel(browser, daemon, theme)


def _ghost(browser: Browser, theme: Theme) -> None:
    tab = browser.open("http://mail.example/mail.html")
    tab.type("#message", MESSAGE)
    tab.wait_for_settled_ghost()
    _save(tab.page, f"ghost-{theme}", clip=MAIL)
    tab.page.close()


def _playground(browser: Browser, daemon: DaemonProcess, theme: Theme) -> None:
    page = browser.open(daemon.url).page
    page.locator("#text").press_sequentially(STORY, delay=15)
    _wait_until_settled(page.locator("#ghost"))
    _save(page, f"playground-{theme}")
    page.close()


def _panel(browser: Browser, daemon: DaemonProcess, theme: Theme) -> None:
    for name, text in KEPT.items():
        site = f"{name}.example"
        ask(daemon, "site_set", site=site, capture=True)
        tab = browser.open(f"http://{site}/mail.html")
        tab.page.click("#message")
        tab.page.keyboard.insert_text(text)
        tab.page.click("#subject")
        wait_until_kept(daemon, text)
        tab.page.close()
    page = browser.extension_page("sidepanel.html")
    page.set_viewport_size(PANEL)
    page.get_by_role("article").nth(len(KEPT) - 1).wait_for()
    _save(page, f"panel-{theme}")
    page.get_by_role("button", name="Learning").click()
    page.get_by_role("heading", name="Teach PLM").wait_for()
    _save(page, f"learning-{theme}")
    page.close()


def _wait_until_settled(ghost: Locator) -> None:
    """Words stream in; the last has come when nothing changes for a while."""
    ghost.filter(has_text=" ").wait_for()
    before = None
    while (now := ghost.inner_text()) != before:
        before = now
        ghost.page.wait_for_timeout(500)


def _save(page: Page, name: str, clip: FloatRect | None = None) -> None:
    page.screenshot(path=IMAGES / f"{name}.png", clip=clip)


if __name__ == "__main__":
    main()
