"""Pages that get in the way: the user's text stays right, and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.asking import ask, forget_everything, requests_so_far, wait_until_kept
from tests.browser.chromium import Browser, Tab
from tests.browser.web import WebSite
from tests.daemon_process import DaemonProcess

pytestmark = pytest.mark.browser

TYPED = "Monday, Tuesday, Wednesday, Thur"


@pytest.fixture(autouse=True)
def no_errors(tab: Tab) -> Iterator[None]:
    """No script of the extension may throw, whatever the page does."""
    errors = tab.watch_for_errors()
    yield
    assert errors == []


@pytest.mark.parametrize("field", ["#input", "#textarea", "#rich"])
def test_a_field_removed_in_mid_suggestion_takes_the_ghost_with_it(tab: Tab, field: str) -> None:
    tab.type(field, TYPED)
    tab.wait_for_settled_ghost()
    tab.page.eval_on_selector(field, "(e) => e.remove()")
    tab.wait_for_ghost(lambda ghost: ghost == "")
    tab.press("Tab")
    tab.expect_ghost_gone()


def test_a_field_removed_while_the_model_thinks_gets_no_ghost(tab: Tab) -> None:
    tab.page.evaluate(
        "textarea.oninput = () => textarea.value.endsWith('Thur') && textarea.remove()"
    )
    tab.type("#textarea", TYPED)
    tab.expect_no_ghost()


@pytest.mark.parametrize("field", ["#input", "#textarea", "#rich"])
def test_a_text_rewritten_by_the_page_makes_the_ghost_go(tab: Tab, field: str) -> None:
    tab.type(field, TYPED)
    tab.wait_for_settled_ghost()
    tab.page.eval_on_selector(
        field, "(e) => 'value' in e ? (e.value = 'Rewritten') : (e.textContent = 'Rewritten')"
    )
    tab.press("Tab")
    tab.expect_no_ghost()
    assert tab.text(field) == "Rewritten"


def test_a_field_that_moves_keeps_its_ghost_at_the_caret(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    before = tab.ghost_box()
    tab.page.evaluate("form.style.paddingTop = '30px'")
    tab.wait_until(lambda: round(tab.ghost_box().top - before.top) == 30)


def test_a_field_that_is_hidden_loses_its_ghost(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    tab.page.evaluate("form.style.opacity = '0'")
    tab.wait_for_ghost(lambda ghost: ghost == "")


def test_a_menu_that_opens_while_the_ghost_is_visible_gets_the_keys(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    tab.page.evaluate(
        """() => {
            textarea.onkeydown = (event) => event.key !== 'Tab';
            textarea.setAttribute('aria-expanded', 'true');
        }"""
    )
    tab.press("Tab")
    assert tab.ghost() == ""
    assert "Tab" in tab.page.evaluate("keys")
    assert tab.text("#textarea") == TYPED

    tab.page.evaluate("textarea.setAttribute('aria-expanded', 'false')")
    tab.write("s")
    tab.wait_for_ghost()


def test_a_page_that_changes_what_is_inserted_has_the_last_word(tab: Tab) -> None:
    tab.page.evaluate("textarea.oninput = () => (textarea.value = textarea.value.toUpperCase())")
    tab.type("#textarea", "monday, tuesday, wednesday, thur")
    tab.press("Tab")
    text = tab.text("#textarea")
    assert text.startswith("MONDAY, TUESDAY, WEDNESDAY, THUR")
    assert text == text.upper()


def test_keys_and_input_made_by_scripts_get_nothing_out_of_plm(
    tab: Tab, daemon: DaemonProcess
) -> None:
    asked = requests_so_far(daemon)
    tab.page.click("#textarea")
    tab.page.evaluate(
        """(text) => {
            textarea.value = text;
            textarea.dispatchEvent(new InputEvent('input', { bubbles: true, data: 'r' }));
        }""",
        TYPED,
    )
    tab.expect_no_ghost()
    assert requests_so_far(daemon) == asked

    tab.page.fill("#textarea", "")
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    tab.page.evaluate(
        "textarea.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', bubbles: true }))"
    )
    assert tab.text("#textarea") == TYPED


def test_a_page_cannot_read_the_ghost(tab: Tab) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    script = "(() => { const e = document.querySelector('plm-ghost'); return %s })()"
    assert tab.page.evaluate(script % "e.shadowRoot") is None
    assert tab.page.evaluate(script % "e.innerText") == ""


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 family, 👍🏽 thumbs, 🏳️‍🌈 flag. Thank y",
        "שלום, אני כותב לך כדי לה",
        "مرحبا، أكتب إليك لأ",
        "日本語のテキスト。よろしくお願",
        "Zalgo t̷̢̛e̵x̸t, then Thank y",
        "tab\tand \u200bzero-width Thank y",
    ],
)
@pytest.mark.parametrize("field", ["#input", "#textarea", "#rich"])
def test_any_script_stays_exactly_as_it_was_written(tab: Tab, field: str, text: str) -> None:
    written = text.replace("\t", " ")
    tab.page.click(field)
    tab.page.keyboard.insert_text(written[:-1])
    tab.page.keyboard.type(written[-1])
    if ghost := tab.settled_ghost_if_any():
        tab.press("Tab")
        tab.wait_until(lambda: tab.text(field).startswith(written + ghost))
        tab.press("Control+z")
    tab.wait_for_text(field, written)


def test_lone_surrogates_and_nul_do_no_harm(tab: Tab) -> None:
    tab.page.evaluate("textarea.value = '\\ud83d half \\udc00 pair \\u0000 and NUL. '")
    tab.type("#textarea", TYPED)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    expected = "'\\ud83d half \\udc00 pair \\u0000 and NUL. '"
    tab.wait_until(
        lambda: bool(
            tab.page.evaluate(f"(rest) => textarea.value === {expected} + rest", TYPED + ghost)
        )
    )


def test_five_megabytes_of_text_do_not_get_in_the_way(tab: Tab) -> None:
    # In paragraphs: to lay out 240,000 short lines takes the browser itself most of a minute.
    paragraph = "'All work and no play. '.repeat(40) + '\\n'"
    tab.page.evaluate(f"textarea.value = ({paragraph}).repeat(5_700)")
    length = tab.page.evaluate("textarea.value.length")
    assert length > 5_000_000
    tab.type("#textarea", TYPED)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    tab.wait_until(
        lambda: tab.page.evaluate("textarea.value.length") == length + len(TYPED) + len(ghost)
    )
    assert tab.page.evaluate(f"textarea.value.slice({length})") == TYPED + ghost


def test_a_strict_content_security_policy_is_no_obstacle(browser: Browser, site: WebSite) -> None:
    tab = browser.open(site.url("strict/form.html"))
    errors = tab.watch_for_errors()
    for field in ("#textarea", "#rich"):
        tab.type(field, TYPED)
        ghost = tab.wait_for_settled_ghost()
        tab.press("Tab")
        tab.wait_until(lambda: tab.text(field).strip().endswith(TYPED + ghost))  # noqa: B023
    assert errors == []
    tab.page.close()


def test_a_page_without_tls_where_browsers_hold_much_back(
    browser: Browser, site: WebSite, daemon: DaemonProcess
) -> None:
    ask(daemon, "site_set", site=f"plain.example:{site.port}", capture=True)
    tab = browser.open(site.url("form.html", "plain.example"))
    assert not tab.page.evaluate("isSecureContext")
    tab.type("#textarea", TYPED)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    tab.wait_for_text("#textarea", TYPED + ghost)
    tab.page.click("#next")
    wait_until_kept(daemon, TYPED + ghost)
    tab.page.close()
    forget_everything(daemon)


def test_the_playground_has_its_own_ghost_and_wants_no_second_one(
    browser: Browser, daemon: DaemonProcess
) -> None:
    tab = browser.open(daemon.url)
    tab.type("#text", TYPED)
    tab.wait_until(lambda: tab.page.inner_text("#ghost").startswith("sday"))
    tab.expect_no_ghost()
    tab.page.close()


@pytest.fixture
def frames(browser: Browser, site: WebSite) -> Iterator[Tab]:
    """The page with frames, dialogs and shadow roots."""
    opened = browser.open(site.url("frames.html"))
    yield opened
    opened.page.close()


def test_a_field_in_a_frame(frames: Tab) -> None:
    field = frames.page.frame_locator("#frame").locator("#textarea")
    field.click()
    frames.page.keyboard.type(TYPED, delay=15)
    ghost = frames.wait_for_settled_ghost()
    frames.press("Tab")
    frames.wait_until(lambda: field.input_value() == TYPED + ghost)


def test_a_field_in_a_modal_dialog_has_its_ghost_above_the_dialog(frames: Tab) -> None:
    frames.page.evaluate("dialog.showModal()")
    frames.type("#in-dialog", TYPED)
    ghost = frames.wait_for_settled_ghost()
    box = frames.ghost_box()
    assert box.right > box.left
    frames.press("Tab")
    frames.wait_for_text("#in-dialog", TYPED + ghost)


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_a_field_in_a_shadow_root(frames: Tab, mode: str) -> None:
    frames.page.evaluate(f"{mode}Area.focus()")
    frames.page.keyboard.type(TYPED, delay=15)
    ghost = frames.wait_for_settled_ghost()
    frames.press("Tab")
    frames.wait_until(lambda: frames.page.evaluate(f"{mode}Area.value") == TYPED + ghost)


def test_a_page_that_rewrites_its_whole_document_is_still_helped(tab: Tab) -> None:
    tab.page.evaluate(
        """() => {
            document.body.innerHTML = '<textarea id="textarea"></textarea>';
            document.querySelector('plm-ghost')?.remove();
        }"""
    )
    tab.type("#textarea", TYPED)
    ghost = tab.wait_for_settled_ghost()
    tab.press("Tab")
    tab.wait_for_text("#textarea", TYPED + ghost)
