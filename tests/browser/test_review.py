"""Reviewing what is kept: a long list, many at once, some days, a whole site."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser.asking import NEWEST_LETTER, ask, keep_letters, kept_texts
from tests.browser.chromium import Browser
from tests.browser.watching import QUIET_S
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

MANY = 600
MOST_ON_THE_PAGE = 40


@pytest.fixture
def panel(browser: Browser) -> Iterator[Page]:
    """The side panel, in a tab as narrow as it usually is."""
    page = browser.extension_page("sidepanel.html")
    page.set_viewport_size({"width": 420, "height": 800})
    yield page
    page.close()


def tick(panel: Page, number: int, **options: list[str]) -> None:
    box = (
        panel.get_by_role("article").filter(has_text=f"Letter {number} is").get_by_role("checkbox")
    )
    box.click(**options)  # type: ignore[arg-type]


def delete_what_is_ticked(panel: Page) -> None:
    panel.get_by_role("region", name="Selected texts").get_by_role("button", name="Delete").click()
    panel.get_by_role("dialog").get_by_role("button", name="Delete for good").click()


def test_of_a_long_list_only_what_is_in_sight_is_on_the_page(
    daemon: DaemonProcess, panel: Page
) -> None:
    keep_letters(daemon, MANY)
    expect(panel.get_by_text(f"{MANY} texts", exact=True)).to_be_visible()
    expect(panel.get_by_text(f"Letter {MANY - 1} is")).to_be_visible()
    scroller = panel.locator(".panel-body")
    scroller.evaluate("(element) => { element.scrollTop = element.scrollHeight / 2 }")
    expect(panel.get_by_role("article").first).to_be_visible()
    assert panel.get_by_role("article").count() < MOST_ON_THE_PAGE
    for _ in range(3):  # heights are estimated until they are seen
        scroller.evaluate("(element) => { element.scrollTop = element.scrollHeight }")
        panel.wait_for_timeout(100)
    expect(panel.get_by_text("Letter 0 is")).to_be_in_viewport()
    assert panel.get_by_role("article").count() < MOST_ON_THE_PAGE
    first_day = (NEWEST_LETTER - datetime.timedelta(days=MANY - 1)).strftime("%Y")
    expect(panel.locator(".day-in-sight")).to_contain_text(first_day)


def test_several_texts_are_ticked_and_deleted_at_once(daemon: DaemonProcess, panel: Page) -> None:
    keep_letters(daemon, 8)
    panel.get_by_role("button", name="Select").click()
    tick(panel, 7)
    tick(panel, 4, modifiers=["Shift"])
    tick(panel, 5)
    expect(panel.get_by_text("3 selected")).to_be_visible()
    delete_what_is_ticked(panel)
    expect(panel.get_by_text("5 texts", exact=True)).to_be_visible()
    assert [text.split()[1] for text in kept_texts(daemon)] == ["5", "3", "2", "1", "0"]


def test_all_that_a_search_found_is_deleted_also_what_was_not_scrolled_to(
    daemon: DaemonProcess, panel: Page
) -> None:
    keep_letters(daemon, 90)
    panel.get_by_label("Search what is kept").fill("pump")
    expect(panel.get_by_text("30 texts found")).to_be_visible()
    panel.get_by_role("button", name="Select").click()
    panel.get_by_role("checkbox", name="All 30").check()
    delete_what_is_ticked(panel)
    expect(panel.get_by_text("Nothing found.")).to_be_visible()
    assert ask(daemon, "captures_query")["total"] == 60


def test_of_all_none_can_be_unticked_and_none_is_the_only_one(
    daemon: DaemonProcess, panel: Page
) -> None:
    keep_letters(daemon, 3)
    panel.get_by_role("button", name="Select").click()
    panel.get_by_role("checkbox", name="All 3").check()
    boxes = panel.get_by_role("article").get_by_role("checkbox")
    for number in range(3):
        expect(boxes.nth(number)).to_be_checked()
        expect(boxes.nth(number)).to_be_disabled()
    panel.get_by_role("checkbox", name="All 3").uncheck()
    expect(panel.get_by_text("0 selected")).to_be_visible()


def test_a_list_begins_at_its_top_whatever_was_in_sight_before(
    daemon: DaemonProcess, panel: Page
) -> None:
    keep_letters(daemon, 90)
    expect(panel.get_by_text("90 texts", exact=True)).to_be_visible()
    panel.locator(".panel-body").evaluate("(element) => { element.scrollTop = 4000 }")
    expect(panel.get_by_text("Letter 89 is")).to_have_count(0)
    panel.get_by_role("button", name="forum.example").first.click()
    expect(panel.get_by_text("Letter 89 is")).to_be_in_viewport()
    expect(panel.get_by_role("button", name="Never here")).to_be_in_viewport()


def test_some_days_are_found_and_forgotten(daemon: DaemonProcess, panel: Page) -> None:
    keep_letters(daemon, 10)
    panel.get_by_label("Time", exact=True).select_option("From … to …")
    panel.get_by_label("First day").fill("2026-11-13")
    panel.get_by_label("Last day").fill("2026-11-15")
    expect(panel.get_by_text("3 texts", exact=True)).to_be_visible()
    panel.get_by_role("button", name="Select").click()
    panel.get_by_role("checkbox", name="All 3").check()
    delete_what_is_ticked(panel)
    expect(panel.get_by_text("Nothing found.")).to_be_visible()
    days = [document["created_at"][8:10] for document in ask(daemon, "captures_query")["documents"]]
    assert days == ["20", "19", "18", "17", "16", "12", "11"]


def test_what_is_ticked_is_exported_to_be_read(daemon: DaemonProcess, panel: Page) -> None:
    keep_letters(daemon, 3)
    panel.get_by_role("button", name="Select").click()
    tick(panel, 1)
    panel.get_by_role("region", name="Selected texts").get_by_role("button", name="Export").click()
    dialog = panel.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Export 1 text")).to_be_visible()
    dialog.get_by_text("Markdown").click()
    with panel.expect_download() as download:
        dialog.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename.endswith(".md")
    expected = "## forum.example, 2026-11-19T12:00:00+00:00\n\nLetter 1 is about the garden.\n\n"
    assert Path(download.value.path()).read_text("utf-8") == expected
    expect(dialog).to_be_hidden()


def test_an_export_that_is_cancelled_makes_no_file(daemon: DaemonProcess, panel: Page) -> None:
    keep_letters(daemon, MANY)
    downloads: list[Download] = []

    def note(download: Download) -> None:
        downloads.append(download)

    panel.on("download", note)
    panel.get_by_role("button", name="Export").click()
    dialog = panel.get_by_role("dialog")
    dialog.get_by_role("button", name="Export").evaluate(
        "(button) => { button.click(); button.previousElementSibling.click() }"
    )
    expect(dialog).to_be_hidden()
    panel.wait_for_timeout(QUIET_S * 1_000)
    assert downloads == []


def test_a_site_is_seen_by_itself_and_left_alone_for_good(
    daemon: DaemonProcess, panel: Page
) -> None:
    ask(daemon, "site_set", site="forum.example", capture=True)
    keep_letters(daemon, 2)
    keep_letters(daemon, 1, "mail.example")
    panel.get_by_role("button", name="forum.example").first.click()
    expect(panel.get_by_text("2 texts", exact=True)).to_be_visible()
    panel.get_by_role("button", name="Never here").click()
    dialog = panel.get_by_role("dialog")
    expect(dialog.get_by_label("Delete the 2 texts from there for good")).to_be_checked()
    dialog.get_by_role("button", name="Never here").click()
    expect(panel.get_by_text("Nothing found.")).to_be_visible()
    (rule,) = [one for one in ask(daemon, "sites_query")["sites"] if one["site"] == "forum.example"]
    assert (rule["capture"], rule["completions"], rule["documents"]) == (False, False, 0)
    assert ask(daemon, "captures_query")["total"] == 1


def test_everything_is_forgotten_after_asking(daemon: DaemonProcess, panel: Page) -> None:
    keep_letters(daemon, 2)
    panel.get_by_role("button", name="Settings").click()
    panel.get_by_role("button", name="Forget everything…").click()
    dialog = panel.get_by_role("dialog")
    dialog.get_by_role("button", name="Keep").click()
    assert ask(daemon, "captures_query")["total"] == 2
    panel.get_by_role("button", name="Forget everything…").click()
    dialog.get_by_role("button", name="Forget for good").click()
    panel.get_by_role("button", name="Kept").click()
    expect(panel.get_by_role("heading", name="Nothing is kept yet")).to_be_visible()
