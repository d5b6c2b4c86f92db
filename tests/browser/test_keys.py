"""Which keys are PLM's, and which stay the page's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Browser, Tab

pytestmark = pytest.mark.browser

TYPED = "Monday, Tuesday, Wednesday, Thur"


@pytest.fixture
def keys(browser: Browser) -> Iterator[Page]:
    """The panel's card of keys; the usual ones come back after the test."""
    panel = browser.extension_page("sidepanel.html")
    panel.get_by_role("button", name="Settings").click()
    panel.get_by_role("heading", name="Keys").wait_for()
    yield panel
    if (usual := panel.get_by_role("button", name="Back to the usual keys")).count():
        usual.click()
    panel.close()


def bind(keys: Page, command: str, chord: str) -> None:
    button = keys.get_by_role("button", name=f"{command}: ").filter(visible=True).first
    button.click()
    keys.keyboard.press(chord)
    keys.get_by_role("button", name="Back to the usual keys").wait_for()


def test_another_key_can_accept_and_then_tab_is_the_pages(
    keys: Page, browser: Browser, tab: Tab
) -> None:
    bind(keys, "Accept", "Alt+k")
    assert keys.get_by_role("button", name="Accept: Alt K. Change").count() == 1
    tab.page.bring_to_front()
    tab.type("#textarea", TYPED)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Alt+k")
    tab.wait_for_text("#textarea", TYPED + ghost)
    tab.wait_for_settled_ghost()
    tab.press("Tab")
    assert tab.focused() != "textarea"
    assert tab.text("#textarea") == TYPED + ghost


def test_letters_are_for_writing(keys: Page) -> None:
    keys.get_by_role("button", name="Accept: Tab. Change").click()
    keys.keyboard.press("k")
    keys.get_by_text("That key is for writing").wait_for()
    keys.keyboard.press("F2")
    keys.get_by_role("button", name="Accept: F2. Change").wait_for()


def test_a_key_that_gets_another_meaning_loses_the_one_it_had(keys: Page) -> None:
    bind(keys, "Dismiss", "Tab")
    keys.get_by_role("button", name="Accept: no key. Change").wait_for()


def test_tab_goes_on_in_a_short_field_unless_it_is_wanted_there(keys: Page, tab: Tab) -> None:
    tab.page.bring_to_front()
    tab.restyle("#input", "width: 12em")
    tab.type("#input", TYPED)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    assert tab.focused() != "input"
    assert tab.text("#input") == TYPED

    keys.get_by_role("switch", name="Tab accepts in short fields too").check()
    tab.page.click("#input")
    tab.press("End")
    tab.page.keyboard.type("s")
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    tab.wait_for_text("#input", f"{TYPED}s{ghost}")
    assert tab.focused() == "input"
    keys.get_by_role("switch", name="Tab accepts in short fields too").uncheck()


def test_a_tab_too_many_moves_nowhere(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    tab.press("Tab")
    assert tab.focused() == "textarea"
    assert tab.text("#textarea").startswith(TYPED + ghost)
    assert "Tab" not in tab.page.evaluate("keys")


def test_a_suggestion_can_be_asked_for(tab: Tab) -> None:
    tab.page.click("#textarea")
    tab.page.eval_on_selector("#textarea", "(field, text) => { field.value = text }", TYPED)
    tab.press("Control+End")
    tab.expect_no_ghost(0.5)
    tab.press("Control+Space")
    assert tab.wait_for_ghost().startswith("sday")


def test_the_first_sentence_can_be_accepted_alone(tab: Tab) -> None:
    tab.type("#textarea", "Thank you very mu")
    ghost = tab.wait_for_settled_ghost()
    tab.press("Control+ArrowDown")
    sentence = re.match(r".*?[.!?](?=\s|$)|.*", ghost)
    assert sentence
    tab.wait_for_text("#textarea", f"Thank you very mu{sentence[0]}")
