"""Where suggestions are made, and where only after it was said twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.asking import ask
from tests.browser.chromium import Browser, Tab
from tests.browser.popup import popup_over
from tests.browser.web import WebSite
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

TYPED = "Monday, Tuesday, Wednesday, Thur"


@pytest.fixture
def bank(browser: Browser, site: WebSite) -> Iterator[Tab]:
    """A bank's page."""
    opened = browser.open(site.url("form.html", "bank.example"))
    yield opened
    opened.page.close()


def test_suggestions_are_switched_off_and_on_for_one_site(tab: Tab, site: WebSite) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    with popup_over(tab.page) as popup:
        popup.switch(f"Suggest on {site.host}", on=False)
    tab.expect_ghost_gone()
    tab.type("#textarea", "s")
    tab.expect_no_ghost()
    with popup_over(tab.page) as popup:
        popup.switch(f"Suggest on {site.host}", on=True)
    tab.type("#textarea", "day, Fri")
    assert tab.wait_for_ghost().startswith("day")


def test_on_a_banks_site_it_has_to_be_said_twice(
    bank: Tab, site: WebSite, daemon: DaemonProcess
) -> None:
    host = f"bank.example:{site.port}"
    bank.type("#textarea", TYPED)
    bank.expect_no_ghost()
    with popup_over(bank.page) as popup:
        popup.click(f"Suggest on {host}")
        popup.wait_for_text("looks like the site of a bank")
        assert all(rule["site"] != host for rule in ask(daemon, "sites_query")["sites"])
        popup.press("Switch it on all the same")
        popup.switch(f"Suggest on {host}", on=True)
    bank.type("#textarea", "s")
    assert bank.wait_for_ghost().startswith("day")
    ask(daemon, "site_set", site=host, completions=False)


@contextmanager
def standing_still(daemon: DaemonProcess) -> Iterator[None]:
    """As on a machine that has no time for the daemon: connected, and it answers nothing."""
    daemon.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        daemon.process.send_signal(signal.SIGCONT)


def test_switches_are_drawn_as_they_stand_before_the_daemon_has_answered(
    browser: Browser, tab: Tab, site: WebSite, daemon: DaemonProcess
) -> None:
    with popup_over(tab.page) as popup:
        popup.switch(f"Keep what I write on {site.host}", on=True)
    with standing_still(daemon):
        with popup_over(tab.page) as popup:
            popup.wait_for_switch("Suggest while I write", on=True)
            popup.wait_for_switch(f"Suggest on {site.host}", on=True)
            popup.wait_for_switch(f"Keep what I write on {site.host}", on=True)
        panel = browser.extension_page("sidepanel.html")
        panel.get_by_role("button", name="Sites").click()
        expect(
            panel.get_by_role("switch", name=f"Keep what I write on {site.host}")
        ).to_be_checked()
        panel.close()
