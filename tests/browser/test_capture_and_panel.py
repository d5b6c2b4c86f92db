"""What is kept, what never is, and how to get rid of it again."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import (
    ask,
    kept_texts,
    requests_so_far,
    wait_until_kept,
)
from tests.browser.chromium import Browser, Tab
from tests.browser.popup import popup_over
from tests.browser.watching import QUIET_S
from tests.browser.web import WebSite
from tests.daemon_process import DaemonProcess
from tests.decrypted import stored_bytes

pytestmark = pytest.mark.browser

LETTER = "Dear Sarah, we arrived safely and the garden is full of marigolds."


@pytest.fixture
def panel(browser: Browser) -> Iterator[Page]:
    """The side panel, in a tab."""
    page = browser.extension_page("sidepanel.html")
    yield page
    page.close()


def switch_site(tab: Tab, site: WebSite, *, on: bool) -> None:
    """As a user does: from the toolbar, while the page is open."""
    with popup_over(tab.page) as popup:
        popup.switch(f"Keep what I write on {site.host}", on=on)


def write_and_leave(tab: Tab, field: str, text: str) -> None:
    """Type without taking up suggestions, then go on to another field."""
    tab.type(field, text)
    tab.page.click("#next")


def nothing_is_kept(daemon: DaemonProcess) -> bool:
    """After a while in which it could have been."""
    time.sleep(QUIET_S)
    return kept_texts(daemon) == []


@pytest.mark.parametrize("field", ["#input", "#textarea", "#rich"])
def test_a_site_that_is_off_stores_nothing(tab: Tab, daemon: DaemonProcess, field: str) -> None:
    write_and_leave(tab, field, LETTER)
    tab.page.click("#send")
    tab.page.goto("about:blank")
    assert nothing_is_kept(daemon)


@pytest.mark.parametrize("field", ["#input", "#textarea", "#rich"])
def test_a_site_that_is_on_stores_what_was_written_when_the_field_is_left(
    tab: Tab, site: WebSite, daemon: DaemonProcess, field: str
) -> None:
    switch_site(tab, site, on=True)
    write_and_leave(tab, field, LETTER)
    wait_until_kept(daemon, LETTER)
    (document,) = ask(daemon, "captures_query")["documents"]
    assert document["site"] == site.host
    assert document["kind"] == {"#rich": "contenteditable"}.get(field, field[1:])
    assert document["typed_chars"] == len(LETTER)
    assert document["pasted_chars"] == 0


def test_writing_on_in_a_field_replaces_what_was_kept_of_it(
    tab: Tab, site: WebSite, daemon: DaemonProcess
) -> None:
    switch_site(tab, site, on=True)
    write_and_leave(tab, "#textarea", LETTER)
    wait_until_kept(daemon, LETTER)
    write_and_leave(tab, "#textarea", " Yours, Ada")
    wait_until_kept(daemon, LETTER + " Yours, Ada")
    assert kept_texts(daemon) == [LETTER + " Yours, Ada"]


def test_submitting_a_form_and_closing_the_page_both_store(
    tab: Tab, site: WebSite, daemon: DaemonProcess
) -> None:
    switch_site(tab, site, on=True)
    tab.type("#input", LETTER)
    tab.press("Escape")
    tab.press("Enter")
    wait_until_kept(daemon, LETTER)
    tab.type("#textarea", "A second letter, never sent.")
    tab.page.goto("about:blank")
    wait_until_kept(daemon, "A second letter, never sent.")


def test_messages_of_a_chat_that_clears_its_field_are_kept_apart(
    tab: Tab, site: WebSite, daemon: DaemonProcess
) -> None:
    switch_site(tab, site, on=True)
    tab.page.evaluate(
        """() => {
            textarea.onkeydown = (event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                textarea.value = '';
            };
        }"""
    )
    for message in ("Are you coming tonight?", "I have the tickets here."):
        tab.type("#textarea", message)
        tab.press("Escape")
        tab.press("Enter")
        wait_until_kept(daemon, message)
    assert len(kept_texts(daemon)) == 2


def test_pasted_text_is_counted_apart_and_accepted_ghosts_are_not_typed(
    tab: Tab, site: WebSite, daemon: DaemonProcess
) -> None:
    switch_site(tab, site, on=True)
    tab.page.evaluate("input.value = 'pasted words '")
    tab.page.click("#input")
    tab.press("Control+a")
    tab.press("Control+c")
    tab.page.click("#textarea")
    tab.press("Control+v")
    typed = "Monday, Tuesday, Wednesday, Thur"
    tab.page.keyboard.type(typed, delay=15)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    tab.wait_for_text("#textarea", "pasted words " + typed + ghost)
    tab.page.click("#next")
    wait_until_kept(daemon, "pasted words " + typed + ghost)
    (document,) = ask(daemon, "captures_query")["documents"]
    assert document["typed_chars"] == len(typed)
    assert document["pasted_chars"] == len("pasted words ")


def test_text_that_the_page_wrote_is_not_kept(
    tab: Tab, site: WebSite, daemon: DaemonProcess
) -> None:
    switch_site(tab, site, on=True)
    tab.page.evaluate("textarea.value = 'The page put this here by itself.'")
    tab.page.click("#textarea")
    tab.page.click("#next")
    assert nothing_is_kept(daemon)


@pytest.mark.parametrize("field", ["#password", "#otp", "#card", "#opted-out"])
def test_secret_fields_never_ask_and_never_store(
    tab: Tab, site: WebSite, daemon: DaemonProcess, field: str
) -> None:
    switch_site(tab, site, on=True)
    asked = requests_so_far(daemon)
    tab.type(field, "Monday, Tuesday, Wednesday, Thur")
    tab.expect_no_ghost()
    tab.page.click("#next")
    assert nothing_is_kept(daemon)
    assert requests_so_far(daemon) == asked


def test_a_password_stays_secret_after_show_password(
    tab: Tab, site: WebSite, daemon: DaemonProcess
) -> None:
    switch_site(tab, site, on=True)
    asked = requests_so_far(daemon)
    tab.page.click("#show")
    tab.type("#password", "Monday, Tuesday, Wednesday, Thur")
    tab.expect_no_ghost()
    tab.page.click("#next")
    assert nothing_is_kept(daemon)
    assert requests_so_far(daemon) == asked


def test_switching_a_site_off_again_stops_at_once(
    tab: Tab, site: WebSite, daemon: DaemonProcess
) -> None:
    switch_site(tab, site, on=True)
    switch_site(tab, site, on=False)
    write_and_leave(tab, "#textarea", LETTER)
    assert nothing_is_kept(daemon)


def test_the_panel_shows_new_texts_by_itself_finds_them_and_deletes_one(
    tab: Tab, site: WebSite, daemon: DaemonProcess, panel: Page
) -> None:
    expect(panel.get_by_role("heading", name="Nothing is kept yet")).to_be_visible()
    switch_site(tab, site, on=True)
    write_and_leave(tab, "#textarea", LETTER)
    write_and_leave(tab, "#input", "The numbers are ready.")
    expect(panel.get_by_role("article")).to_have_count(2)

    panel.get_by_label("Search what is kept").fill("marigolds")
    expect(panel.get_by_role("article")).to_have_count(1)
    expect(panel.locator("mark")).to_have_text("marigolds")

    panel.get_by_role("button", name="Delete").click()
    panel.get_by_role("button", name="Delete for good").click()
    expect(panel.get_by_text("Nothing found.")).to_be_visible()
    assert kept_texts(daemon) == ["The numbers are ready."]


def test_the_panel_deletes_a_whole_site_after_asking(
    tab: Tab, site: WebSite, daemon: DaemonProcess, panel: Page
) -> None:
    switch_site(tab, site, on=True)
    write_and_leave(tab, "#textarea", LETTER)
    wait_until_kept(daemon, LETTER)
    panel.get_by_role("button", name="Sites").click()
    panel.get_by_role("button", name=f"Delete all texts from {site.host}").click()
    panel.get_by_role("button", name="Keep", exact=True).click()
    assert kept_texts(daemon) == [LETTER]
    panel.get_by_role("button", name=f"Delete all texts from {site.host}").click()
    panel.get_by_role("button", name="Delete for good").click()
    of_the_site = panel.get_by_role("region", name=site.host)
    expect(of_the_site.get_by_text("0 texts")).to_be_visible()
    assert kept_texts(daemon) == []


def test_the_panel_tells_what_became_of_suggestions(
    tab: Tab, daemon: DaemonProcess, panel: Page
) -> None:
    panel.get_by_role("button", name="Statistics").click()
    statistics = panel.get_by_role("region", name="Statistics")
    expect(statistics).to_be_visible()
    taken = ask(daemon, "status_query")["accepted"]
    tab.type("#textarea", "Monday, Tuesday, Wednesday, Thur")
    tab.wait_for_settled_ghost()
    tab.press("Tab")
    panel.bring_to_front()
    counts = statistics.locator("dt", has_text=re.compile("^Accepted$")).locator("+ dd")
    expect(counts).to_have_text(str(taken + 1))
    waits = statistics.get_by_role("row", name=re.compile("From key to suggestion"))
    expect(waits.get_by_role("cell")).to_have_text([re.compile(r"^[\d,]+ ms$")] * 2)


def test_how_much_is_suggested_is_chosen_in_the_panel_by_keyboard(
    daemon: DaemonProcess, panel: Page
) -> None:
    panel.get_by_role("button", name="Settings").click()
    balanced = panel.get_by_role("group", name="How often").get_by_role("radio", name="Balanced")
    expect(balanced).to_be_checked()
    balanced.press("ArrowLeft")
    expect(panel.get_by_text("Only when PLM is very sure.")).to_be_visible()
    chosen = ask(daemon, "preferences_query")
    assert (chosen["amount"], chosen["length"]) == ("few", "phrase")
    ask(daemon, "preferences_set", amount="balanced")
    expect(balanced).to_be_checked()


def test_learning_is_paused_begun_and_explained_in_the_panel(
    daemon: DaemonProcess, panel: Page
) -> None:
    panel.get_by_role("button", name="Learning").click()
    expect(panel.get_by_text("Nothing yet.")).to_be_visible()
    learns = panel.get_by_role("switch", name="Learn while I am away")
    expect(learns).to_be_checked()
    learns.click()
    expect(panel.get_by_text("Waiting for you paused it.")).to_have_count(0)
    expect(panel.get_by_text("You paused it.")).to_be_visible()
    assert ask(daemon, "learn_status_query")["paused"]
    learns.click()
    expect(panel.get_by_text("Waiting for new texts.")).to_be_visible()
    panel.get_by_role("button", name="Learn now").click()
    expect(panel.get_by_text("There is too little new text to learn from.")).to_be_visible()


def test_the_panel_exports_what_the_import_reads(tab: Tab, site: WebSite, panel: Page) -> None:
    switch_site(tab, site, on=True)
    write_and_leave(tab, "#textarea", LETTER)
    expect(panel.get_by_role("article")).to_have_count(1)
    panel.get_by_role("button", name="Export").click()
    with panel.expect_download() as download:
        panel.get_by_role("dialog").get_by_role("button", name="Export").click()
    (line,) = Path(download.value.path()).read_text("utf-8").splitlines()
    document = json.loads(line)
    assert document["text"] == LETTER
    assert document["site"] == site.host
    assert document["kind"] == "textarea"
    assert set(document) == {"author", "ts", "site", "kind", "text"}


def test_a_deleted_text_is_gone_from_every_page_of_the_database_file(
    tab: Tab, site: WebSite, daemon: DaemonProcess, panel: Page
) -> None:
    switch_site(tab, site, on=True)
    write_and_leave(tab, "#textarea", LETTER)
    wait_until_kept(daemon, LETTER)
    assert b"marigolds" in stored_bytes(daemon.data_dir)

    panel.get_by_role("button", name="Delete").click()
    panel.get_by_role("button", name="Delete for good").click()
    expect(panel.get_by_role("heading", name="Nothing is kept yet")).to_be_visible()
    stored = stored_bytes(daemon.data_dir)
    assert len(stored) > 0
    assert b"marigolds" not in stored
