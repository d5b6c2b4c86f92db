"""The same in Firefox: ghost text from the real model, and what is kept of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.asking import ask, kept_texts, requests_so_far, wait_until_kept
from tests.browser.firefox import IDLE_TIMEOUT, Firefox, FirefoxTab, firefox
from tests.browser.watching import QUIET_S
from tests.browser.web import WebSite
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

TYPED = "Monday, Tuesday, Wednesday, Thur"
LETTER = "Dear Sarah, we arrived safely and the garden is full of marigolds."

every_field = pytest.mark.parametrize("field", ["#input", "#textarea", "#rich"])


@pytest.fixture
def page(fox: Firefox, site: WebSite) -> Iterator[FirefoxTab]:
    """The form, freshly opened."""
    opened = fox.open(site.url("form.html"))
    yield opened
    opened.close()


@every_field
def test_tab_accepts_the_whole_ghost_and_one_undo_takes_it_back(
    page: FirefoxTab, field: str
) -> None:
    page.type(field, TYPED)
    ghost = page.wait_for_settled_ghost()
    assert ghost.startswith("sday")

    page.press("Tab")
    page.wait_for_text(field, TYPED + ghost)
    assert page.focused() == field[1:], "Tab moved the focus"
    assert "Tab" not in page.evaluate("keys"), "the page saw the key"

    page.press("Control+z")
    page.wait_for_text(field, TYPED)
    page.press("Control+Shift+z")
    page.wait_for_text(field, TYPED + ghost)


@every_field
def test_ctrl_right_accepts_one_word_at_a_time(page: FirefoxTab, field: str) -> None:
    page.type(field, TYPED)
    first, second = page.wait_for_settled_ghost().split(" ")[:2]

    page.press("Control+ArrowRight")
    page.wait_for_text(field, TYPED + first)
    page.wait_for_ghost(lambda ghost: ghost.startswith(" " + second))
    page.press("Control+ArrowRight")
    page.wait_for_text(field, f"{TYPED}{first} {second}")

    page.press("Control+z")
    page.wait_for_text(field, TYPED + first)
    page.press("Control+z")
    page.wait_for_text(field, TYPED)


@every_field
def test_escape_dismisses_and_changes_nothing(page: FirefoxTab, field: str) -> None:
    page.type(field, TYPED)
    page.wait_for_settled_ghost()
    page.press("Escape")
    page.expect_ghost_gone()
    assert page.text(field) == TYPED
    assert "Escape" not in page.evaluate("keys")


@every_field
def test_typing_through_shrinks_the_ghost_without_asking_again(
    page: FirefoxTab, daemon: DaemonProcess, field: str
) -> None:
    page.type(field, TYPED)
    ghost = page.wait_for_settled_ghost()
    asked = requests_so_far(daemon)
    for length in range(1, 5):
        page.write(ghost[length - 1])
        page.wait_for_ghost(ghost[length:].__eq__)
    assert requests_so_far(daemon) == asked
    assert page.text(field) == TYPED + ghost[:4]


@every_field
def test_tab_moves_on_when_no_ghost_is_visible(page: FirefoxTab, field: str) -> None:
    page.type(field, TYPED)
    page.wait_for_settled_ghost()
    page.press("Escape")
    page.press("Tab")
    assert page.focused() not in ("", field[1:])
    assert "Tab" in page.evaluate("keys")
    assert page.text(field) == TYPED


@every_field
def test_the_ghost_is_where_the_text_will_be(page: FirefoxTab, field: str) -> None:
    page.evaluate(f"document.querySelector('{field}').style.width = '60em'")
    page.type(field, TYPED)
    ghost = page.wait_for_settled_ghost()
    left, top, right, bottom = page.ghost_box()
    page.press("Tab")
    page.wait_for_text(field, TYPED + ghost)
    page.press("Escape")
    begin, end = (
        page.evaluate(f"document.caretPositionFromPoint({x}, {(top + bottom) / 2}).offset")
        for x in (left, right)
    )
    assert (begin, end) == (len(TYPED), len(TYPED + ghost))


@every_field
def test_a_site_that_is_off_stores_nothing(
    page: FirefoxTab, empty_store: DaemonProcess, field: str
) -> None:
    page.type(field, LETTER)
    page.click("#next")
    page.click("#send")
    page.goto("about:blank")
    time.sleep(QUIET_S)
    assert kept_texts(empty_store) == []


@every_field
def test_a_site_that_is_on_stores_what_was_written_when_the_field_is_left(
    fox: Firefox, page: FirefoxTab, site: WebSite, empty_store: DaemonProcess, field: str
) -> None:
    with fox.popup_over(page) as popup:
        popup.switch(f"Keep what I write on {site.host}", on=True)
    page.type(field, LETTER)
    page.click("#next")
    wait_until_kept(empty_store, LETTER)
    (document,) = ask(empty_store, "captures_query")["documents"]
    assert document["site"] == site.host
    assert document["kind"] == {"#rich": "contenteditable"}.get(field, field[1:])
    assert document["typed_chars"] == len(LETTER)


def test_closing_the_page_stores_what_was_written_last(
    fox: Firefox, page: FirefoxTab, site: WebSite, empty_store: DaemonProcess
) -> None:
    with fox.popup_over(page) as popup:
        popup.switch(f"Keep what I write on {site.host}", on=True)
    page.type("#textarea", LETTER)
    page.goto("about:blank")
    wait_until_kept(empty_store, LETTER)


def test_a_password_stays_secret_after_show_password(
    fox: Firefox, page: FirefoxTab, site: WebSite, empty_store: DaemonProcess
) -> None:
    with fox.popup_over(page) as popup:
        popup.switch(f"Keep what I write on {site.host}", on=True)
    asked = requests_so_far(empty_store)
    page.click("#show")
    page.type("#password", TYPED)
    page.expect_no_ghost()
    page.click("#next")
    time.sleep(QUIET_S)
    assert kept_texts(empty_store) == []
    assert requests_so_far(empty_store) == asked


@pytest.fixture
def shut_out(tmp_path: Path, daemon: DaemonProcess) -> Iterator[Firefox]:
    """Another Firefox, whose user has taken back the access to pages."""
    with firefox(tmp_path) as running:
        running.pair(daemon)
        running.take_back_access()
        yield running


def test_the_popup_says_when_pages_are_closed_to_plm_and_the_pairing_page_opens_them(
    shut_out: Firefox, site: WebSite
) -> None:
    page = shut_out.open(site.url("form.html"))
    page.type("#textarea", TYPED)
    page.expect_no_ghost()
    with shut_out.popup_over(page) as popup:
        popup.wait_for("The browser does not let PLM into pages.")

    shut_out.pairing_page.bring_to_front()
    shut_out.pairing_page.click(role="button", name="Allow on all sites")
    page.bring_to_front()
    page.reload()
    page.type("#textarea", TYPED)
    assert page.wait_for_ghost().startswith("sday")
    with shut_out.popup_over(page) as popup:
        popup.wait_for(f"Keep what I write on {site.host}")
        assert "does not let PLM" not in popup.text()


@pytest.fixture
def drowsy(tmp_path: Path, daemon_process: DaemonProcess) -> Iterator[Firefox]:
    """Firefox that puts the extension to sleep after four seconds instead of thirty."""
    profile = tmp_path / "firefox"
    profile.mkdir()
    with firefox(profile, **{IDLE_TIMEOUT: 4_000}) as running:
        running.pair(daemon_process)
        yield running


def test_the_background_wakes_up_and_connects_again_when_somebody_writes(
    drowsy: Firefox, site: WebSite, daemon_process: DaemonProcess
) -> None:
    page = drowsy.open(site.url("form.html"))
    with drowsy.popup_over(page) as popup:
        popup.switch(f"Keep what I write on {site.host}", on=True)
    page.type("#textarea", TYPED)
    page.wait_for_settled_ghost()
    page.press("Escape")

    page.wait_until(lambda: sessions_but_ours(daemon_process) == 0)
    page.write("s")
    ghost = page.wait_for_settled_ghost()
    assert ghost.startswith("day")
    page.press("Tab")
    page.wait_for_text("#textarea", TYPED + "s" + ghost)

    page.wait_until(lambda: sessions_but_ours(daemon_process) == 0)
    page.click("#next")
    wait_until_kept(daemon_process, TYPED + "s" + ghost)


def sessions_but_ours(daemon: DaemonProcess) -> int:
    """How many clients there are, without the one that asks."""
    return int(ask(daemon, "status_query")["sessions"]) - 1
