"""Where suggestions are made, and where only after it was said twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
