"""A community in the panel: the way in, what was sent, the terms, and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from plm_engine.base import InstalledBase
from tests.belonging import COMMUNITY, make_member
from tests.browser.asking import Json, ask, keep_letters, wait_for_answer
from tests.browser.axe import has_none_in_either_theme
from tests.browser.chromium import Browser, chromium
from tests.browser.views import OF_A_MEMBER, PANEL, SITE, View
from tests.daemon_process import DaemonProcess, running_daemon

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def member(
    tmp_path_factory: pytest.TempPathFactory, base: InstalledBase, shared_cache: Path
) -> Iterator[DaemonProcess]:
    """A daemon whose user belongs to a community."""
    folder = tmp_path_factory.mktemp("member")
    make_member(folder / "data")
    with running_daemon(folder, shared_cache) as process:
        yield process


@pytest.fixture(scope="module")
def members_browser(
    playwright: Playwright, member: DaemonProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    with chromium(playwright, tmp_path_factory.mktemp("member-browser")) as running:
        running.pair(member)
        yield running


def federation(browser: Browser) -> Page:
    page = browser.extension_page("sidepanel.html")
    page.set_viewport_size(PANEL)
    page.get_by_role("button", name="Federation").click()
    return page


def test_what_is_no_invitation_is_refused_in_words(browser: Browser) -> None:
    page = federation(browser)
    page.get_by_label("Invitation").fill("join us!")
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("This is no invitation to a community.")
    expect(page.get_by_label("Invitation")).to_have_value("join us!")
    page.close()


def test_a_site_may_federate_once_its_switch_is_on(browser: Browser, daemon: DaemonProcess) -> None:
    ask(daemon, "site_set", site=SITE, capture=True)
    keep_letters(daemon, 1, SITE)
    page = federation(browser)
    page.get_by_role("button", name="Sites").click()
    switch = page.get_by_role("switch", name=f"May federate on {SITE}")
    expect(switch).not_to_be_checked()
    for may_federate in (True, False):
        switch.click()
        wait_for_answer(daemon, "sites_query", lambda answer: lets(answer) is may_federate)  # noqa: B023
        expect(switch).to_be_checked(checked=may_federate)
    page.close()


def lets(answer: Json) -> bool:
    """Whether the site may federate."""
    return any(one["may_federate"] for one in answer["sites"] if one["site"] == SITE)


def test_a_member_sees_what_was_sent_and_what_it_tells(members_browser: Browser) -> None:
    page = federation(members_browser)
    expect(page.get_by_role("heading", name=COMMUNITY)).to_be_visible()
    expect(page.get_by_text("3 updates, 3.64 MB in all")).to_be_visible()
    expect(page.get_by_text("times better odds")).to_be_visible()
    sent = page.get_by_role("list", name="Updates that were sent").get_by_role("listitem")
    expect(sent).to_have_count(3)
    expect(sent.first).to_contain_text("1.21 MB, with 39 others or more")
    came = page.get_by_role("list", name="Versions that came").get_by_role("listitem")
    expect(came).to_have_count(4)
    expect(came.nth(2)).to_contain_text("Not used: 1% worse on your newest texts")
    page.close()


@pytest.mark.parametrize("view", OF_A_MEMBER, ids=lambda view: view.name)
def test_axe_has_nothing_against_it(members_browser: Browser, view: View) -> None:
    with view.opened(members_browser) as page:
        has_none_in_either_theme(page)


def test_terms_are_kept(members_browser: Browser, member: DaemonProcess) -> None:
    page = federation(members_browser)
    page.get_by_label("Send only in sums of at least").select_option("30")
    page.get_by_label("Send only while what all of it tells stays").select_option("2")
    metered = page.get_by_role("switch", name="This connection is metered")
    metered.click()
    wait_for_answer(member, "federation_status_query", lambda status: bool(status["metered"]))
    page.reload()
    page.get_by_role("button", name="Federation").click()
    expect(page.get_by_label("Send only in sums of at least")).to_have_value("30")
    expect(metered).to_be_checked()
    status = ask(member, "federation_status_query")
    assert (status["smallest_cohort"], status["most_epsilon"]) == (30, 2)
    page.close()


def test_who_leaves_has_the_list_until_it_is_deleted(
    members_browser: Browser, member: DaemonProcess
) -> None:
    page = federation(members_browser)
    page.get_by_role("button", name="Leave…").click()
    page.get_by_role("button", name="Leave", exact=True).click()
    expect(page.get_by_label("Invitation")).to_be_visible()
    expect(page.get_by_text("What was sent cannot be called back.")).to_be_visible()
    has_none_in_either_theme(page)
    page.get_by_role("button", name="Delete this list").click()
    expect(page.get_by_role("list", name="Updates that were sent")).to_have_count(0)
    expect(page.get_by_label("Invitation")).to_be_visible()
    status = ask(member, "federation_status_query")
    assert (status["community"], status["rounds"], status["bytes"]) == (None, [], 0)
    page.close()
