"""A browser with the extension, a daemon that it is paired with, and a web site.

They last as long as this package's tests: Playwright's loop must be gone before asyncio tests run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from plm_engine.base import InstalledBase
from tests.browser.asking import PATIENCE_S, forget_everything
from tests.browser.chromium import Browser, Tab, chromium
from tests.browser.editors import PAGES as EDITOR_PAGES
from tests.browser.firefox import Firefox, firefox
from tests.browser.web import WebSite, web_site
from tests.daemon_process import DaemonProcess, running_daemon

expect.set_options(timeout=PATIENCE_S * 1_000)


@pytest.fixture(scope="package")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, base: InstalledBase, shared_cache: Path
) -> Iterator[DaemonProcess]:
    """The real daemon with the real model."""
    with running_daemon(tmp_path_factory.mktemp("daemon"), shared_cache) as process:
        yield process


@pytest.fixture(scope="package")
def site() -> Iterator[WebSite]:
    """A web site on another origin."""
    with web_site() as running:
        yield running


@pytest.fixture(scope="package")
def editor_pages() -> Iterator[WebSite]:
    """A web site of editors."""
    with web_site(EDITOR_PAGES) as running:
        yield running


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Drives Chromium."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory, daemon: DaemonProcess
) -> Iterator[Browser]:
    """Chromium, paired."""
    with chromium(playwright, tmp_path_factory.mktemp("profile")) as running:
        running.pair(daemon)
        yield running


@pytest.fixture(scope="package")
def fox(tmp_path_factory: pytest.TempPathFactory, daemon: DaemonProcess) -> Iterator[Firefox]:
    """Firefox, paired through the page that the extension opens at installation."""
    with firefox(tmp_path_factory.mktemp("firefox")) as running:
        running.pair(daemon)
        yield running


@pytest.fixture
def tab(browser: Browser, site: WebSite) -> Iterator[Tab]:
    """The form, freshly opened."""
    opened = browser.open(site.url("form.html"))
    yield opened
    opened.page.close()


@pytest.fixture(autouse=True)
def empty_store(daemon: DaemonProcess) -> DaemonProcess:
    """Every test begins with nothing kept, which would show in suggestions, and all sites off."""
    forget_everything(daemon)
    return daemon
