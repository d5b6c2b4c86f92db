"""What PLM learned, and teaching it, in the panel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import ask, kept_texts
from tests.browser.chromium import Browser, Tab
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

TAUGHT = "Kind regards from the Brambleford allotment society, Philippa."
LABEL = "Write it as you would have written it"


@pytest.fixture
def panel(browser: Browser) -> Iterator[Page]:
    """The side panel, in a tab, on its view of what was learned."""
    page = browser.extension_page("sidepanel.html")
    page.get_by_role("button", name="Learning").click()
    yield page
    page.close()


def teach(panel: Page, text: str) -> None:
    """Write it into the box and hand it over."""
    panel.get_by_label(LABEL).fill(text)
    panel.get_by_role("button", name="Teach").click()


def test_a_taught_sentence_is_among_the_texts_and_is_suggested(
    tab: Tab, daemon: DaemonProcess, panel: Page
) -> None:
    teach(panel, TAUGHT)
    expect(panel.get_by_text("Kept. PLM knows it from now on.")).to_be_visible()
    expect(panel.get_by_label(LABEL)).to_have_value("")
    panel.get_by_role("button", name="Kept").click()
    article = panel.get_by_role("article")
    expect(article).to_contain_text(TAUGHT)
    expect(article).to_contain_text("Taught by you")

    tab.page.bring_to_front()
    tab.type("#textarea", "Kind regards from the Bramble")
    tab.wait_for_ghost(lambda ghost: ghost.startswith("ford allotment"))


def test_what_was_taught_is_taken_back(daemon: DaemonProcess, panel: Page) -> None:
    teach(panel, TAUGHT)
    panel.get_by_role("button", name="Take it back").click()
    expect(panel.get_by_text("Taken back: PLM has forgotten it.")).to_be_visible()
    assert kept_texts(daemon) == []


def test_secrets_are_not_taught_and_stay_in_the_box(daemon: DaemonProcess, panel: Page) -> None:
    teach(panel, "My card is 4111 1111 1111 1111, use it.")
    expect(panel.get_by_role("status")).to_have_text(
        "Not kept: there seems to be a card number in it."
    )
    expect(panel.get_by_label(LABEL)).to_have_value("My card is 4111 1111 1111 1111, use it.")
    assert kept_texts(daemon) == []


def test_one_persona_is_taught_what_another_does_not_know(
    daemon: DaemonProcess, panel: Page
) -> None:
    ask(daemon, "persona_add", name="Work")
    try:
        panel.get_by_label("Learned of").select_option("Work")
        teach(panel, TAUGHT)
        expect(panel.get_by_text("Kept. PLM knows it from now on.")).to_be_visible()
        (document,) = ask(daemon, "captures_query")["documents"]
        assert document["persona"] == "Work"
    finally:
        ask(daemon, "persona_remove", name="Work")
    expect(panel.get_by_label("Learned of")).to_have_count(0)


def test_phrases_that_were_written_more_than_once_are_shown(
    daemon: DaemonProcess, panel: Page
) -> None:
    expect(panel.get_by_text("No phrases so far.")).to_be_visible()
    for day in ("Monday", "Tuesday", "Wednesday"):
        ask(daemon, "teach", text=f"On {day}. Many thanks for your kind letter, Philippa")
    phrases = panel.get_by_role("list", name="Your phrases")
    expect(phrases).to_contain_text("kind letter")


def test_quiet_hours_are_kept(daemon: DaemonProcess, panel: Page) -> None:
    quiet = panel.get_by_role("switch", name="Quiet hours")
    expect(quiet).not_to_be_checked()
    quiet.click()
    begin, end = panel.get_by_label("Quiet from"), panel.get_by_label("Quiet until")
    expect(begin).to_have_value("22")
    expect(end).to_have_value("7")
    begin.select_option("23")
    expect(begin).to_have_value("23")
    panel.reload()
    panel.get_by_role("button", name="Learning").click()
    expect(quiet).to_be_checked()
    expect(begin).to_have_value("23")
    expect(end).to_have_value("7")
    assert ask(daemon, "learn_status_query")["quiet_hours"] == {"start": 23, "end": 7}

    end.select_option("23")
    expect(begin).to_have_value("22")
    quiet.click()
    expect(begin).to_have_count(0)
    assert ask(daemon, "learn_status_query")["quiet_hours"] is None
