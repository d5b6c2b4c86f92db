"""Suggestions are said to assistive technology where its user wants that, and never otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import Browser, Tab

pytestmark = pytest.mark.browser

TYPED = "Monday, Tuesday, Wednesday, Thur"


@pytest.fixture
def switch_on(browser: Browser) -> Iterator[None]:
    """In the settings, until the end of the test."""
    panel = browser.extension_page("sidepanel.html")
    _switch(panel, on=True)
    yield
    _switch(panel, on=False)
    panel.close()


def _switch(panel: Page, *, on: bool) -> None:
    panel.get_by_role("button", name="Settings").click()
    switch = panel.get_by_role("switch", name="Tell my screen reader")
    switch.set_checked(on)
    expect(switch).to_be_checked(checked=on)


def said(tab: Tab) -> list[str]:
    """Whatever a screen reader finds that begins like a suggestion, said or drawn."""
    devtools = tab.page.context.new_cdp_session(tab.page)
    nodes = devtools.send("Accessibility.getFullAXTree")["nodes"]
    texts = [node["name"]["value"] for node in nodes if _role(node) == "StaticText"]
    return [text for text in texts if text.startswith(("Suggestion", "sday"))]


def _role(node: dict[str, Any]) -> str:
    return "" if node["ignored"] else str(node["role"]["value"])


@pytest.mark.usefixtures("switch_on")
def test_a_suggestion_is_said_with_the_word_that_it_ends_and_gone_with_the_ghost(tab: Tab) -> None:
    tab.page.bring_to_front()
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    tab.wait_until(lambda: said(tab) == [f"Suggestion: Thur{tab.ghost()}"])
    tab.press("Escape")
    tab.wait_until(lambda: said(tab) == [])


def test_nothing_is_announced_unless_somebody_wants_it(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    tab.page.wait_for_timeout(1_000)  # longer than the pause before it is said
    assert said(tab) == []
    assert tab.page.locator("plm-announcement").count() == 0
