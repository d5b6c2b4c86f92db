"""Ghost text in the three kinds of field, from the real model."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.asking import requests_so_far
from tests.browser.chromium import Browser, Tab, chromium
from tests.browser.popup import popup_over
from tests.browser.watching import Box
from tests.browser.web import WebSite
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

TYPED = "Monday, Tuesday, Wednesday, Thur"
"""Every model knows how this goes on, for several words."""

FIELDS = ("#input", "#textarea", "#rich")
every_field = pytest.mark.parametrize("field", FIELDS)


@every_field
def test_tab_accepts_the_whole_ghost_and_one_undo_takes_it_back(tab: Tab, field: str) -> None:
    tab.type(field, TYPED)
    ghost = tab.wait_for_settled_ghost()
    assert ghost.startswith("sday")

    tab.press("Tab")
    tab.wait_for_text(field, TYPED + ghost)
    assert tab.focused() == field[1:], "Tab moved the focus"
    assert "Tab" not in tab.page.evaluate("keys"), "the page saw the key"

    tab.press("Control+z")
    tab.wait_for_text(field, TYPED)
    tab.press("Control+Shift+z")
    tab.wait_for_text(field, TYPED + ghost)


@every_field
def test_ctrl_right_accepts_one_word_at_a_time(tab: Tab, field: str) -> None:
    tab.type(field, TYPED)
    first, second = tab.wait_for_settled_ghost().split(" ")[:2]

    tab.press("Control+ArrowRight")
    tab.wait_for_text(field, TYPED + first)
    tab.wait_for_ghost(lambda ghost: ghost.startswith(" " + second))
    tab.press("Control+ArrowRight")
    tab.wait_for_text(field, f"{TYPED}{first} {second}")

    tab.press("Control+z")
    tab.wait_for_text(field, TYPED + first)
    tab.press("Control+z")
    tab.wait_for_text(field, TYPED)


@every_field
def test_escape_dismisses_and_changes_nothing(tab: Tab, field: str) -> None:
    tab.type(field, TYPED)
    tab.wait_for_settled_ghost()
    tab.press("Escape")
    tab.expect_ghost_gone()
    assert tab.text(field).rstrip("\n") == TYPED
    assert "Escape" not in tab.page.evaluate("keys")


def test_a_field_stays_silent_after_some_dismissals_in_a_row_until_it_is_left(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    for letter in "sda":
        tab.wait_for_settled_ghost()
        tab.press("Escape")
        tab.page.keyboard.type(letter)
    tab.expect_ghost_gone()
    tab.page.click("#input")
    tab.type("#textarea", "y, Fri")
    assert tab.wait_for_ghost().startswith("day")


@every_field
def test_typing_through_shrinks_the_ghost_without_asking_again(
    tab: Tab, daemon: DaemonProcess, field: str
) -> None:
    tab.type(field, TYPED)
    ghost = tab.wait_for_settled_ghost()
    asked = requests_so_far(daemon)
    for length in range(1, 5):
        tab.page.keyboard.type(ghost[length - 1])
        tab.wait_for_ghost(ghost[length:].__eq__)
    assert requests_so_far(daemon) == asked
    assert tab.text(field).rstrip("\n") == TYPED + ghost[:4]


@every_field
def test_typing_something_else_makes_the_ghost_go(tab: Tab, field: str) -> None:
    tab.type(field, TYPED)
    ghost = tab.wait_for_settled_ghost()
    tab.page.keyboard.type("q")
    assert tab.ghost() != ghost
    assert tab.text(field).rstrip("\n") == TYPED + "q"


@every_field
def test_tab_moves_on_when_no_ghost_is_visible(tab: Tab, field: str) -> None:
    tab.type(field, TYPED)
    tab.wait_for_settled_ghost()
    tab.press("Escape")
    tab.press("Tab")
    assert tab.focused() not in ("", field[1:])
    assert "Tab" in tab.page.evaluate("keys")
    assert tab.text(field).rstrip("\n") == TYPED


def test_tab_with_a_modifier_is_never_taken(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    tab.press("Shift+Tab")
    assert tab.focused() == "input"
    assert tab.text("#textarea") == TYPED


def test_moving_the_caret_makes_the_ghost_go(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    tab.press("ArrowLeft")
    tab.expect_ghost_gone()


def test_no_ghost_in_the_middle_of_a_word_or_line(tab: Tab) -> None:
    tab.page.fill("#textarea", " Friday\nSaturday")
    tab.page.evaluate("textarea.focus(), textarea.setSelectionRange(0, 0)")
    tab.page.keyboard.type(TYPED, delay=15)
    tab.expect_no_ghost()


def test_a_ghost_at_the_end_of_a_line_in_the_middle_of_the_text(tab: Tab) -> None:
    tab.page.fill("#textarea", "\nBest wishes")
    tab.page.evaluate("textarea.focus(), textarea.setSelectionRange(0, 0)")
    tab.page.keyboard.type(TYPED, delay=15)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    tab.wait_for_text("#textarea", f"{TYPED}{ghost}\nBest wishes")


def test_no_ghost_while_text_is_selected(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    tab.press("Shift+Home")
    tab.expect_ghost_gone()


@every_field
def test_nothing_happens_while_an_input_method_composes(tab: Tab, field: str) -> None:
    tab.type(field, TYPED[:-1])
    tab.press("Escape")
    tab.compose("r")
    tab.expect_no_ghost()
    tab.commit("r")
    assert tab.wait_for_ghost().startswith("s")
    assert tab.text(field).rstrip("\n") == TYPED


def test_a_composition_hides_the_ghost(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    tab.compose("に")
    tab.expect_ghost_gone()


def test_focusing_a_field_with_text_in_it_asks_for_nothing(tab: Tab, daemon: DaemonProcess) -> None:
    tab.page.fill("#textarea", TYPED)
    asked = requests_so_far(daemon)
    tab.page.click("#input")
    tab.page.click("#textarea")
    tab.press("Control+End")
    tab.expect_no_ghost()
    assert requests_so_far(daemon) == asked


def test_leaving_the_field_makes_the_ghost_go(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    tab.page.click("#input")
    tab.expect_ghost_gone()


def test_a_ghost_longer_than_the_field_allows_is_not_offered(tab: Tab) -> None:
    tab.page.evaluate(f"input.maxLength = {len(TYPED) + 2}")
    tab.type("#input", TYPED)
    tab.expect_no_ghost()


def test_in_a_field_of_one_line_only_the_words_that_have_room_are_shown(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    whole = tab.wait_for_settled_ghost()
    tab.restyle("#input", "width: 600px; font: 20px monospace")
    tab.type("#input", TYPED)
    shown = tab.wait_for_settled_ghost()
    assert whole.startswith(shown)
    assert shown != whole
    assert tab.ghost_box().right <= tab.text_box("#input", 0, 1).left + 600
    tab.press("Tab")
    tab.wait_for_text("#input", TYPED + shown)


STYLES = {
    "plain": "",
    "serif": "font: 24px/2 Georgia, serif; letter-spacing: 1px; padding: 3px 20px;",
    "scaled": "transform: scale(1.4); transform-origin: 0 0;",
    "centred": "text-align: center; width: 60em;",
    "narrow": "width: 230px;",
}


INLINE = [pair for pair in product(FIELDS, STYLES) if pair != ("#input", "narrow")]
"""Where the ghost is drawn in the text; in a narrow field of one line it is on a card below."""


@pytest.mark.parametrize(("field", "style"), INLINE)
def test_the_ghost_is_where_the_text_will_be(tab: Tab, field: str, style: str) -> None:
    tab.restyle(field, STYLES[style])
    tab.type(field, TYPED)
    ghost = tab.wait_for_settled_ghost()
    expected = tab.ghost_box()
    tab.press("Tab")
    tab.wait_for_text(field, TYPED + ghost)
    assert_close(expected, tab.text_box(field, len(TYPED), len(TYPED) + 4), style == "centred")


def assert_close(ghost: Box, text: Box, may_shift: bool) -> None:
    """The first letters begin at the same place; centred text moves when it grows."""
    assert abs(ghost.top - text.top) <= 1
    assert may_shift or abs(ghost.left - text.left) <= 1


@pytest.fixture
def older_tab(
    playwright: Playwright, tmp_path: Path, daemon: DaemonProcess, site: WebSite
) -> Iterator[Tab]:
    """The form in a browser that cannot measure inside of fields."""
    with chromium(playwright, tmp_path, "--disable-blink-features=OpaqueRange") as older:
        older.pair(daemon)
        yield older.open(site.url("form.html"))


@pytest.mark.parametrize("style", [name for name in STYLES if name != "narrow"])
def test_browsers_that_cannot_measure_in_fields_place_the_ghost_alike(
    tab: Tab, older_tab: Tab, style: str
) -> None:
    boxes = [_ghost_boxes(tab, style), _ghost_boxes(older_tab, style)]
    for new, old in zip(*boxes, strict=True):
        assert abs(new.left - old.left) <= 1
        assert abs(new.top - old.top) <= 1


def _ghost_boxes(tab: Tab, style: str) -> list[Box]:
    boxes = []
    for field in ("#input", "#textarea"):
        tab.restyle(field, STYLES[style])
        tab.type(field, TYPED)
        tab.wait_for_settled_ghost()
        boxes.append(tab.ghost_box())
    return boxes


def test_the_ghost_follows_the_page_when_it_scrolls(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    before = tab.ghost_box()
    tab.page.mouse.wheel(0, 40)
    tab.wait_until(lambda: round(before.top - tab.ghost_box().top) == 40)


def test_two_browsers_at_once_do_not_disturb_each_other(
    playwright: Playwright,
    browser: Browser,
    tmp_path: Path,
    daemon: DaemonProcess,
    site: WebSite,
) -> None:
    with chromium(playwright, tmp_path) as other:
        other.pair(daemon)
        tabs = [browser.open(site.url("form.html")), other.open(site.url("form.html"))]
        texts = [TYPED, "Once upon a time, there was a little g"]
        for letters in zip(*(text.ljust(40) for text in texts), strict=True):
            for tab, letter in zip(tabs, letters, strict=True):
                if tab.page.evaluate("document.activeElement.id") != "textarea":
                    tab.page.click("#textarea")
                if len(tab.text("#textarea")) < len(texts[tabs.index(tab)]):
                    tab.page.keyboard.type(letter)
        for tab, start in zip(tabs, ("sday", "irl"), strict=True):
            ghost = tab.wait_for_settled_ghost()
            assert ghost.startswith(start)
            tab.press("Tab")
            tab.wait_for_text("#textarea", texts[tabs.index(tab)] + ghost)
        tabs[0].page.close()


def test_the_switch_for_suggestions_stops_them_everywhere(tab: Tab, daemon: DaemonProcess) -> None:
    with popup_over(tab.page) as popup:
        popup.switch("Suggest while I write", on=False)
    asked = requests_so_far(daemon)
    tab.type("#textarea", TYPED)
    tab.expect_no_ghost()
    assert requests_so_far(daemon) == asked

    with popup_over(tab.page) as popup:
        popup.switch("Suggest while I write", on=True)
    tab.page.click("#textarea")
    tab.page.keyboard.type("s")
    tab.wait_for_ghost()
