"""Every editor keeps exactly what was written: the matrix in docs/editors.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.browser.chromium import Browser
from tests.browser.editors import CODE, KINDS, PAGES, EditorTab, Kind, opened
from tests.browser.matrix import NOT_THERE, YES, Matrix
from tests.browser.web import WebSite, web_site

pytestmark = pytest.mark.browser

TYPED = "Monday, Tuesday, Wednesday, Thur"
"""Every model knows how this goes on, for several words."""
NEAR_PX = 2


@pytest.fixture(scope="module")
def pages() -> Iterator[WebSite]:
    """The editors' pages."""
    with web_site(PAGES) as running:
        yield running


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def opened_editor(
    request: pytest.FixtureRequest, browser: Browser, pages: WebSite
) -> Iterator[EditorTab]:
    with opened(browser, pages, request.param) as editor:
        yield editor


@pytest.fixture
def editor(opened_editor: EditorTab) -> Iterator[EditorTab]:
    """Empty, with the caret in it."""
    opened_editor.begin()
    yield opened_editor
    assert not opened_editor.errors


def ghost_after(editor: EditorTab, text: str) -> str:
    editor.write(text)
    return editor.tab.wait_for_settled_ghost()


def is_accepted(editor: EditorTab) -> None:
    ghost = ghost_after(editor, TYPED)
    assert ghost.startswith("sday")
    editor.press("Tab")
    editor.wait_for_text(TYPED + ghost)
    editor.write(" and")
    editor.wait_for_text(TYPED + ghost + " and")


def is_at_the_caret(editor: EditorTab) -> None:
    ghost = ghost_after(editor, TYPED)
    seen = editor.tab.ghost_box()
    editor.press("Tab")
    editor.wait_for_text(TYPED + ghost)
    written = editor.box_of(len(TYPED), len(TYPED + ghost))
    assert all(abs(a - b) <= NEAR_PX for a, b in zip(seen, written, strict=True)), (seen, written)


def is_accepted_word_by_word(editor: EditorTab) -> None:
    first, second = ghost_after(editor, TYPED).split(" ")[:2]
    editor.press("Control+ArrowRight")
    editor.wait_for_text(TYPED + first)
    editor.tab.wait_for_ghost(lambda ghost: ghost.startswith(" " + second))
    editor.press("Control+ArrowRight")
    editor.wait_for_text(f"{TYPED}{first} {second}")


def is_typed_through(editor: EditorTab) -> None:
    ghost = ghost_after(editor, TYPED)
    editor.write(ghost[:6])
    editor.tab.wait_for_ghost(lambda left: left.startswith(ghost[6:]))
    left = editor.tab.wait_for_settled_ghost()
    editor.press("Tab")
    editor.wait_for_text(TYPED + ghost[:6] + left)


def is_undone_in_one_step(editor: EditorTab) -> None:
    editor.write(TYPED)
    editor.tab.wait_for_ghost()
    editor.press("Tab")  # soon after the last key
    editor.wait_until(lambda: len(editor.text()) > len(TYPED))
    editor.press("Control+z")
    editor.wait_for_text(TYPED)


def undo_takes_along_what_was_typed(editor: EditorTab) -> None:
    editor.write(TYPED)
    editor.tab.wait_for_ghost()
    editor.press("Tab")
    editor.wait_until(lambda: len(editor.text()) > len(TYPED))
    editor.press("Control+z")
    editor.wait_for_text("")


def is_redone(editor: EditorTab) -> None:
    ghost = ghost_after(editor, TYPED)
    editor.press("Tab")
    editor.wait_for_text(TYPED + ghost)
    editor.press("Control+z")
    editor.wait_until(lambda: editor.text() != TYPED + ghost)
    editor.press("Control+Shift+z")
    editor.wait_for_text(TYPED + ghost)


def stands_between_lines(editor: EditorTab) -> None:
    editor.write("The days\nare seven.")
    editor.press_slowly("ArrowUp", "End")
    ghost = ghost_after(editor, f": {TYPED}")
    editor.press("Tab")
    editor.wait_for_text(f"The days: {TYPED}{ghost}\nare seven.")


def stands_in_a_later_line(editor: EditorTab) -> None:
    ghost = ghost_after(editor, f"The days\n{TYPED}")
    editor.press("Tab")
    editor.wait_for_text(f"The days\n{TYPED}{ghost}")


def stands_after_emoji(editor: EditorTab) -> None:
    text = f"👩‍👩‍👧 🏳️‍🌈 {TYPED}"
    ghost = ghost_after(editor, text)
    editor.press("Tab")
    editor.wait_for_text(text + ghost)


def stands_in_a_field_from_right_to_left(editor: EditorTab) -> None:
    editor.field.evaluate("(element) => { element.dir = 'rtl' }")
    ghost = ghost_after(editor, TYPED)
    editor.press("Tab")
    editor.wait_for_text(TYPED + ghost)


def waits_for_input_methods(editor: EditorTab) -> None:
    editor.write(TYPED[:-4])
    for length in range(1, 5):
        editor.tab.compose(TYPED[-4:][:length])
    assert editor.tab.ghost() == ""
    editor.tab.commit(TYPED[-4:])
    editor.wait_for_text(TYPED)
    ghost = ghost_after(editor, "")
    editor.press("Tab")
    editor.wait_for_text(TYPED + ghost)


def stands_after_what_was_pasted(editor: EditorTab) -> None:
    editor.write(f"Thur {TYPED[:-4]}")
    editor.press_slowly("Home", *4 * ["Shift+ArrowRight"], "Control+c", "End", "Control+v")
    editor.wait_for_text(f"Thur {TYPED}")
    ghost = ghost_after(editor, "s")
    editor.press("Tab")
    editor.wait_for_text(f"Thur {TYPED}s{ghost}")


def goes_when_the_page_writes(editor: EditorTab) -> None:
    ghost_after(editor, TYPED)
    editor.replace("Somebody else wrote this.")
    editor.tab.wait_until(lambda: editor.tab.ghost() == "")
    assert editor.text() == "Somebody else wrote this."


Behaviour = Callable[[EditorTab], None]
BEHAVIOURS: dict[str, Behaviour] = {
    "accept": is_accepted,
    "at the caret": is_at_the_caret,
    "word": is_accepted_word_by_word,
    "type through": is_typed_through,
    "undo": is_undone_in_one_step,
    "redo": is_redone,
    "emoji": stands_after_emoji,
    "right to left": stands_in_a_field_from_right_to_left,
    "input method": waits_for_input_methods,
    "paste": stands_after_what_was_pasted,
    "page writes": goes_when_the_page_writes,
    "between lines": stands_between_lines,
    "later line": stands_in_a_later_line,
}
NEEDS_LINES = ("between lines", "later line")


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return Matrix([kind.name for kind in KINDS], list(BEHAVIOURS))


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_an_editor_says_exactly_what_was_written(
    editor: EditorTab, matrix: Matrix, behaviour: str
) -> None:
    name = editor.kind.name
    if behaviour in NEEDS_LINES and not editor.kind.lines:
        matrix.note(name, behaviour, NOT_THERE)
    elif (name, behaviour) == ("Slate", "undo"):
        undo_takes_along_what_was_typed(editor)
        matrix.note(name, behaviour, "with what was typed")
    else:
        BEHAVIOURS[behaviour](editor)
        matrix.note(name, behaviour, YES)


@pytest.mark.parametrize("kind", CODE, ids=lambda kind: kind.name)
def test_programs_are_left_alone(browser: Browser, pages: WebSite, kind: Kind) -> None:
    with opened(browser, pages, kind) as code:
        code.field.focus()
        code.write(TYPED)
        code.wait_for_text(TYPED)
        code.tab.expect_no_ghost()


def test_the_table_says_what_was_seen(matrix: Matrix) -> None:
    if matrix.is_complete:  # not when only some of the tests are run
        assert not matrix.write(), "docs/editors.md was out of date and is not any more: commit it"
