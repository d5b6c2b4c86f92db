"""The sides of a person, in the panel and in the toolbar's popup."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import ask, wait_until_kept
from tests.browser.chromium import Browser, Tab
from tests.browser.popup import popup_over
from tests.browser.web import WebSite
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

LETTER = "The quarterly figures are in the green folder."


@pytest.fixture(autouse=True)
def one_persona(daemon: DaemonProcess) -> Iterator[None]:
    """No test leaves another persona behind."""
    yield
    for persona in ask(daemon, "personas_query")["personas"]:
        if persona["name"] != "default":
            ask(daemon, "persona_remove", name=persona["name"])


@pytest.fixture
def panel(browser: Browser) -> Iterator[Page]:
    """The side panel, in a tab, on its view of the personas."""
    page = browser.extension_page("sidepanel.html")
    page.get_by_role("button", name="Personas").click()
    yield page
    page.close()


def add(panel: Page, name: str) -> None:
    """Type a name, as a user does."""
    panel.get_by_label("New persona").fill(name)
    panel.get_by_label("New persona").press("Enter")


def test_a_persona_is_added_and_used(daemon: DaemonProcess, panel: Page) -> None:
    everyday = panel.get_by_role("region", name="Everyday")
    expect(everyday.get_by_text("Writes now")).to_be_visible()
    add(panel, "Work")
    work = panel.get_by_role("region", name="Work")
    expect(work.get_by_text("0 texts · nothing learned yet")).to_be_visible()
    expect(panel.get_by_label("New persona")).to_have_value("")

    work.get_by_role("button", name="Use Work").press("Enter")
    expect(work.get_by_text("Writes now")).to_be_visible()
    assert ask(daemon, "personas_query")["in_use"] == "Work"
    ask(daemon, "persona_use", name="default")
    expect(everyday.get_by_text("Writes now")).to_be_visible()


@pytest.mark.parametrize("name", ["Work", "Everyday", "default", " Work "])
def test_two_personas_of_one_name_are_refused_beside_the_field(
    daemon: DaemonProcess, panel: Page, name: str
) -> None:
    ask(daemon, "persona_add", name="Work")
    expect(panel.get_by_role("region", name="Work")).to_be_visible()
    add(panel, name)
    field = panel.get_by_label("New persona")
    expect(field).to_have_accessible_description("There is a persona of this name already.")
    assert len(ask(daemon, "personas_query")["personas"]) == 2


def test_what_the_daemon_has_against_a_persona_stands_beside_the_field(
    daemon: DaemonProcess, panel: Page
) -> None:
    for number in range(1, 16):
        ask(daemon, "persona_add", name=f"Side {number}")
    add(panel, "One too many")
    field = panel.get_by_label("New persona")
    expect(field).to_have_accessible_description("There can be no more than 16 personas.")


def test_a_site_chooses_who_writes_there(
    tab: Tab, site: WebSite, daemon: DaemonProcess, panel: Page
) -> None:
    ask(daemon, "site_set", site=site.host, capture=True)
    panel.get_by_role("button", name="Sites").click()
    expect(panel.get_by_role("switch", name=f"Keep what I write on {site.host}")).to_be_checked()
    chooses = panel.get_by_label(f"Who writes on {site.host}")
    expect(chooses).to_have_count(0)

    ask(daemon, "persona_add", name="Work")
    chooses.select_option("Work")
    with popup_over(tab.page) as popup:
        popup.wait_for_text("You write here as Work.")
    tab.type("#textarea", LETTER)
    tab.page.click("#next")
    wait_until_kept(daemon, LETTER)
    (document,) = ask(daemon, "captures_query", persona="Work")["documents"]
    assert document["text"] == LETTER

    chooses.select_option("As elsewhere (Everyday)")
    with popup_over(tab.page) as popup:
        popup.wait_for_text("You write here as Everyday.")
    rules = {rule["site"]: rule for rule in ask(daemon, "sites_query")["sites"]}
    assert rules[site.host]["persona"] is None


def test_texts_are_shown_of_one_persona_or_of_all(daemon: DaemonProcess, panel: Page) -> None:
    ask(daemon, "persona_add", name="Work")
    ask(daemon, "teach", text=LETTER, persona="Work")
    ask(daemon, "teach", text="The marigolds are out.", persona="default")
    panel.get_by_role("button", name="Kept").click()
    articles = panel.get_by_role("article")
    expect(articles).to_have_count(2)
    panel.get_by_label("Persona", exact=True).select_option("Work")
    expect(articles).to_have_count(1)
    expect(articles).to_contain_text(LETTER)
    expect(articles).to_contain_text("Work")

    ask(daemon, "persona_remove", name="Work")
    expect(articles).to_have_count(1)
    expect(articles).to_contain_text("The marigolds are out.")
    expect(panel.get_by_label("Persona", exact=True)).to_have_count(0)


def test_removing_a_persona_asks_first_and_forgets_what_it_wrote(
    daemon: DaemonProcess, panel: Page
) -> None:
    ask(daemon, "persona_add", name="Work")
    ask(daemon, "persona_use", name="Work")
    ask(daemon, "teach", text=LETTER)
    work = panel.get_by_role("region", name="Work")
    expect(work.get_by_text("1 text · nothing learned yet")).to_be_visible()
    work.get_by_role("button", name="Remove Work").click()
    dialog = panel.get_by_role("dialog", name="Remove Work?")
    expect(dialog).to_contain_text("Everything that it wrote (1 text)")
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_be_hidden()
    assert len(ask(daemon, "personas_query")["personas"]) == 2

    work.get_by_role("button", name="Remove Work").click()
    dialog.get_by_role("button", name="Remove for good").click()
    expect(work).to_have_count(0)
    everyday = panel.get_by_role("region", name="Everyday")
    expect(everyday.get_by_text("Writes now")).to_be_visible()
    expect(everyday.get_by_role("button", name="Remove Everyday")).to_have_count(0)
    assert ask(daemon, "captures_query")["documents"] == []
