"""Suggestions can be sent to rest for a while, from the toolbar."""

from __future__ import annotations

import pytest

from tests.browser.chromium import Tab
from tests.browser.popup import popup_over

pytestmark = pytest.mark.browser

TYPED = "Monday, Tuesday, Wednesday, Thur"


def test_while_suggestions_rest_there_are_none_and_then_there_are_again(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    with popup_over(tab.page) as popup:
        popup.press("5 min")
        popup.wait_for_text("Resting until")
        popup.wait_for_text("PLM: suggestions are off")
    tab.expect_ghost_gone()
    tab.type("#textarea", "s")
    tab.expect_no_ghost()

    with popup_over(tab.page) as popup:
        popup.press("Wake up")
        popup.wait_for_text("PLM is ready")
    tab.type("#textarea", "day, Fri")
    assert tab.wait_for_ghost().startswith("day")
