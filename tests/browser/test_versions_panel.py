"""What stands behind a version, and what it changed, in the panel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from plm_engine.base import InstalledBase
from tests.browser.asking import ask, kept_texts
from tests.browser.chromium import chromium
from tests.browser.learned import store_with_a_version
from tests.daemon_process import DaemonProcess, running_daemon

pytestmark = pytest.mark.browser

TEXTS = [
    "The marigolds are out, and the gate is painted green again.",
    "Could you bring the long rake on Saturday? The paths need it.",
]


@pytest.fixture
def daemon(tmp_path: Path, base: InstalledBase, shared_cache: Path) -> Iterator[DaemonProcess]:
    """A daemon of its own, that has learned from two texts."""
    store_with_a_version(tmp_path / "data", base, TEXTS)
    with running_daemon(tmp_path, shared_cache) as process:
        yield process


@pytest.fixture(autouse=True)
def empty_store() -> None:
    """Not here: each test has a store of its own."""


@pytest.fixture
def panel(playwright: Playwright, tmp_path: Path, daemon: DaemonProcess) -> Iterator[Page]:
    """Its panel, on the view of what was learned."""
    with chromium(playwright, tmp_path / "profile") as browser:
        browser.pair(daemon)
        page = browser.extension_page("sidepanel.html")
        page.get_by_role("button", name="Learning").click()
        yield page


def test_a_version_shows_what_it_changed_and_its_texts_to_delete(
    daemon: DaemonProcess, panel: Page
) -> None:
    expect(panel.get_by_text("10% better on your newest texts")).to_be_visible()
    panel.get_by_role("button", name="Words that it now predicts otherwise").press("Enter")
    expect(panel.get_by_text("This takes some seconds")).to_be_visible()
    change = panel.get_by_role("listitem").filter(has_text="→").first
    expect(change).to_have_text(re.compile(r"^…?.*(\d+%).* → .*\d+%$"))

    panel.get_by_role("button", name="Texts behind version 1").press("Enter")
    for text in TEXTS:
        expect(panel.get_by_text(text)).to_be_visible()
    first = panel.get_by_role("article").filter(has_text=TEXTS[1]).last
    first.get_by_role("button", name="Delete").click()
    first.get_by_role("button", name="Delete for good").click()
    expect(panel.get_by_text("Forgotten", exact=True)).to_be_visible()
    expect(panel.get_by_text(TEXTS[1])).to_have_count(0)
    expect(panel.get_by_text(TEXTS[0])).to_be_visible()
    expect(panel.get_by_role("button", name="Words that it now")).to_have_count(0)
    assert kept_texts(daemon) == [TEXTS[0]]


def test_going_back_leaves_nothing_to_go_back_to(daemon: DaemonProcess, panel: Page) -> None:
    panel.get_by_role("button", name="Go back one version").click()
    expect(panel.get_by_text("Kept", exact=True).last).to_be_visible()
    expect(panel.get_by_role("button", name="Go back one version")).to_have_count(0)
    assert ask(daemon, "learn_status_query")["version"] is None
