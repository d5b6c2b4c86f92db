"""Pictures of the running product: ``python -m bench.screenshots``.

Those in docs/images; and every view of the extension's own pages, light and dark, in ordinary and
in fine pixels, in the folder .screenshots, to be looked at.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import FloatRect, Locator, Page, ViewportSize, sync_playwright
from rich.progress import Progress

from bench.community import invented
from daemon import paths
from federation.coordinator.page.rendered import rendered
from plm_engine.base import InstalledBase, ensure_base
from tests.belonging import make_member
from tests.browser.asking import ask, forget_everything, wait_until_kept
from tests.browser.chromium import Browser, chromium
from tests.browser.views import CONNECTED, DISCONNECTED, OF_A_MEMBER, View
from tests.browser.web import web_site
from tests.daemon_process import DaemonProcess, running_daemon

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
VIEWS = ROOT / ".screenshots"
PAGES = Path(__file__).parent / "pages"
WINDOW = ViewportSize(width=960, height=790)
MAIL = FloatRect(x=0, y=0, width=960, height=510)
IN_DOCS = {
    "kept": "panel",
    "learning": "learning",
    "tour-keeping": "tour",
    "federation-of-a-member": "federation",
}
"""Views that documents show, and what the picture is called there."""

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
SCALES = (1, 2)

MESSAGE = (
    "Dear Sarah,\n\nI have looked at the drawing, and I like where the new beds are. If you have "
    "any questions about the seedlings, please do not"
)
STORY = "It was a fine morning in May. The sun was shining, the birds were"
KEPT = {
    "forum": (
        "Sanding between the coats made all the difference. I used 320 grit, very lightly, and let "
        "the second coat dry overnight before I touched it again.",
        "Thanks for the pictures! In my experience the grain raises once and never again, so wet "
        "it first. Hope this helps.",
    ),
    "wiki": (
        "The pump needs to be drained before the first frost, or the housing will crack as it did "
        "in March.",
    ),
    "mail": (
        "I will bring the seedlings on Saturday. Could you leave the gate open? The tomatoes want "
        "warm feet, so let us wait with those until the middle of May.",
        "Thanks for the pictures! I will bring the seedlings on Saturday, and the spade as well. "
        "Hope this helps.",
    ),
}
"""What somebody wrote on three sites."""


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(exist_ok=True)
    shutil.rmtree(VIEWS, ignore_errors=True)
    VIEWS.mkdir()
    cache = paths.cache_dir()
    base = ensure_base(cache, lambda _stage, _fraction: None)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_daemon(Path(folder), cache) as daemon,
        web_site(PAGES) as site,
        sync_playwright() as playwright,
        Progress() as progress,
    ):
        for theme, scale in progress.track(list(product(THEMES, SCALES)), description="pictures"):
            look: dict[str, Any] = {"color_scheme": theme, "device_scale_factor": scale}
            flag = f"--host-resolver-rules=MAP *.example 127.0.0.1:{site.port}"
            profile = Path(folder) / f"{theme}{scale}"
            with chromium(playwright, profile, flag, viewport=WINDOW, **look) as browser:
                for view in DISCONNECTED:
                    with view.opened(browser) as page:
                        _save(page, _view(view.name, theme, scale))
                browser.pair(daemon)
                forget_everything(daemon)
                if scale == max(SCALES):
                    _ghost(browser, theme)
                    _playground(browser, daemon, theme)
                    _operator(browser, base, theme)
                _write(browser, daemon)
                _views(browser, CONNECTED, theme, scale)
    _of_a_member(cache)


def _of_a_member(cache: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        make_member(Path(folder) / "data")
        with running_daemon(Path(folder), cache) as daemon, sync_playwright() as playwright:
            for theme, scale in product(THEMES, SCALES):
                look: dict[str, Any] = {"color_scheme": theme, "device_scale_factor": scale}
                profile = Path(folder) / f"{theme}{scale}"
                with chromium(playwright, profile, viewport=WINDOW, **look) as browser:
                    browser.pair(daemon)
                    _views(browser, OF_A_MEMBER, theme, scale)


def _ghost(browser: Browser, theme: Theme) -> None:
    tab = browser.open("http://mail.example/mail.html")
    tab.type("#message", MESSAGE)
    tab.wait_for_settled_ghost()
    _save(tab.page, IMAGES / f"ghost-{theme}.png", clip=MAIL)
    tab.page.close()


def _playground(browser: Browser, daemon: DaemonProcess, theme: Theme) -> None:
    page = browser.open(daemon.url).page
    page.locator("#text").press_sequentially(STORY, delay=15)
    _wait_until_settled(page.locator("#ghost"))
    _save(page, IMAGES / f"playground-{theme}.png")
    page.close()


def _operator(browser: Browser, base: InstalledBase, theme: Theme) -> None:
    page = browser.context.new_page()
    page.set_content(rendered(invented(base)))
    page.screenshot(path=IMAGES / f"coordinator-{theme}.png", full_page=True)
    page.close()


def _write(browser: Browser, daemon: DaemonProcess) -> None:
    for name, texts in KEPT.items():
        site = f"{name}.example"
        ask(daemon, "site_set", site=site, capture=True, completions=True)
        for text in texts:
            tab = browser.open(f"http://{site}/mail.html")
            tab.page.click("#message")
            tab.page.keyboard.insert_text(text)
            tab.page.click("#subject")
            wait_until_kept(daemon, text)
            tab.page.close()


def _views(browser: Browser, views: Iterable[View], theme: Theme, scale: int) -> None:
    for view in views:
        with view.opened(browser) as page:
            page.wait_for_timeout(300)  # whatever the daemon still has to say
            path = _view(view.name, theme, scale)
            _save(page, path)
            if view.name in IN_DOCS and scale == max(SCALES):
                shutil.copy(path, IMAGES / f"{IN_DOCS[view.name]}-{theme}.png")


def _view(name: str, theme: Theme, scale: int) -> Path:
    return VIEWS / f"{name}-{theme}@{scale}x.png"


def _wait_until_settled(ghost: Locator) -> None:
    """Words stream in; the last has come when nothing changes for a while."""
    ghost.filter(has_text=" ").wait_for()
    before = None
    while (now := ghost.inner_text()) != before:
        before = now
        ghost.page.wait_for_timeout(500)


def _save(page: Page, path: Path, clip: FloatRect | None = None) -> None:
    page.screenshot(path=path, clip=clip)


if __name__ == "__main__":
    main()
