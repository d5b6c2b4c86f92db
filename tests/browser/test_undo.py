"""What is undone is taken back: from the field, from what is counted, from what is kept."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.browser.asking import ask, wait_until_kept
from tests.browser.chromium import Browser, Tab
from tests.browser.editors import KINDS, PAGES, Kind, opened
from tests.browser.web import WebSite, web_site
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

TYPED = "Monday, Tuesday, Wednesday, Thur"
OWN_HISTORY = [kind for kind in KINDS if kind.name in {"ProseMirror", "Lexical", "Slate"}]
"""Editors that see to undo and redo by themselves; Slate takes back what was typed as well."""


class Taken(NamedTuple):
    """As the panel and ``plm status`` tell it."""

    suggestions: int
    chars: int

    def with_one_more(self, chars: int) -> Taken:
        return Taken(self.suggestions + 1, self.chars + chars)


def taken(daemon: DaemonProcess) -> Taken:
    status = ask(daemon, "status_query")
    return Taken(status["accepted"], status["chars_saved"])


@pytest.mark.parametrize("field", ["#input", "#textarea", "#rich"])
def test_an_accept_that_is_undone_is_not_counted_and_one_that_is_redone_is(
    tab: Tab, daemon: DaemonProcess, field: str
) -> None:
    before = taken(daemon)
    tab.restyle(field, "width: 60em")  # words that have no room are offered, and counted, later
    tab.type(field, TYPED)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    tab.wait_for_text(field, TYPED + ghost)
    after = before.with_one_more(len(ghost))
    tab.wait_until(lambda: taken(daemon) == after)
    tab.press("Control+z")
    tab.wait_for_text(field, TYPED)
    tab.wait_until(lambda: taken(daemon) == before)
    tab.press("Control+Shift+z")
    tab.wait_for_text(field, TYPED + ghost)
    tab.wait_until(lambda: taken(daemon) == after)


def test_of_two_words_the_one_that_is_undone_is_not_counted(
    tab: Tab, daemon: DaemonProcess
) -> None:
    before = taken(daemon)
    tab.type("#textarea", TYPED)
    first, second = tab.wait_for_settled_ghost().split(" ")[:2]
    tab.press("Control+ArrowRight")
    tab.wait_for_ghost(lambda ghost: ghost.startswith(f" {second}"))
    tab.press("Control+ArrowRight")
    tab.wait_for_text("#textarea", f"{TYPED}{first} {second}")
    tab.press("Control+z")
    tab.wait_for_text("#textarea", f"{TYPED}{first}")
    tab.press("Escape")
    tab.wait_until(lambda: taken(daemon) == before.with_one_more(len(first)))
    tab.press("Control+z")
    tab.wait_for_text("#textarea", TYPED)
    tab.wait_until(lambda: taken(daemon) == before)


@pytest.mark.parametrize("kind", OWN_HISTORY, ids=lambda kind: kind.name)
def test_editors_with_a_history_of_their_own_are_followed(
    browser: Browser, daemon: DaemonProcess, kind: Kind
) -> None:
    with web_site(PAGES) as pages, opened(browser, pages, kind) as editor:
        before = taken(daemon)
        editor.begin()
        editor.write(TYPED)
        ghost = editor.tab.wait_for_settled_ghost()
        editor.press("Tab")
        editor.wait_for_text(TYPED + ghost)
        after = before.with_one_more(len(ghost))
        editor.wait_until(lambda: taken(daemon) == after)
        editor.press("Control+z")
        editor.wait_until(lambda: taken(daemon) == before)
        editor.press("Control+Shift+z")
        editor.wait_for_text(TYPED + ghost)
        editor.wait_until(lambda: taken(daemon) == after)


def test_what_is_kept_is_without_what_was_undone(
    tab: Tab, site: WebSite, daemon: DaemonProcess
) -> None:
    ask(daemon, "site_set", site=site.host, capture=True)
    tab.type("#textarea", TYPED)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    tab.wait_for_text("#textarea", TYPED + ghost)
    tab.press("Control+z")
    tab.wait_for_text("#textarea", TYPED)
    tab.page.click("#next")
    wait_until_kept(daemon, TYPED)
    (document,) = ask(daemon, "captures_query")["documents"]
    assert document["typed_chars"] == len(TYPED)
