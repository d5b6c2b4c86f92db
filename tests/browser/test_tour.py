"""The first steps: what PLM does, reads, keeps and learns, and the consent to each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import ask, wait_for_answer
from tests.browser.chromium import Browser
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser


@pytest.fixture
def tour(browser: Browser) -> Iterator[Page]:
    """Begun where pairing ends."""
    page = browser.extension_page("pair.html")
    page.get_by_role("link", name="Four steps to know it by").click()
    yield page
    page.close()


def test_consent_is_asked_for_in_plain_words_and_given_by_keyboard(
    daemon: DaemonProcess, tour: Page
) -> None:
    onward = tour.get_by_role("button", name="Next")
    expect(tour.get_by_role("heading", name="The next few words")).to_be_visible()
    onward.press("Enter")
    expect(tour.get_by_text("Nothing is sent to any other computer.")).to_be_visible()
    suggests = tour.get_by_role("switch", name="Suggest while I write")
    expect(suggests).to_be_checked()
    suggests.press("Space")
    expect(suggests).not_to_be_checked()
    wait_for_answer(daemon, "sites_query", lambda answer: not answer["completions"])
    suggests.press("Space")
    onward.press("Enter")
    expect(tour.get_by_role("heading", name="Nothing is kept")).to_be_visible()
    onward.press("Enter")
    learns = tour.get_by_role("switch", name="Learn while I am away")
    expect(learns).to_be_checked()  # as soon as the daemon has told
    learns.press("Space")
    expect(learns).not_to_be_checked()
    wait_for_answer(daemon, "learn_status_query", lambda answer: bool(answer["paused"]))
    learns.press("Space")
    expect(learns).to_be_checked()
    wait_for_answer(daemon, "sites_query", lambda answer: bool(answer["completions"]))
    assert not any(rule["capture"] for rule in ask(daemon, "sites_query")["sites"])
    expect(tour.get_by_role("button", name="Open the side panel")).to_be_enabled()


def test_the_keys_that_are_shown_are_the_keys_that_were_chosen(browser: Browser) -> None:
    panel = browser.extension_page("sidepanel.html")
    panel.get_by_role("button", name="Settings").click()
    with panel.context.expect_page() as opened:
        panel.get_by_role("button", name="Take the tour").click()
    tour = opened.value
    keys = tour.locator(".keys dt")
    expect(keys).to_have_text(["Tab", "Ctrl→", "Esc"])
    panel.get_by_role("button", name="Accept: Tab. Change").click()
    panel.keyboard.press("F2")
    expect(keys).to_have_text(["F2", "Ctrl→", "Esc"])
    panel.get_by_role("button", name="Back to the usual keys").click()
    expect(keys).to_have_text(["Tab", "Ctrl→", "Esc"])
    tour.close()
    panel.close()
