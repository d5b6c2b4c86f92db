"""What somebody does in an editor, and what must come of it, in whichever browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.browser.chromium import Tab
from tests.browser.editors import EditorTab, Kind
from tests.browser.matrix import NOT_THERE, YES

TYPED = "Monday, Tuesday, Wednesday, Thur"
"""Every model knows how this goes on, for several words."""
NEAR_PX = 2
MENU_S = 0.6
"""Longer than a suggestion takes."""


def ghost_after(editor: EditorTab, text: str) -> str:
    editor.write(text)
    return editor.tab.wait_for_settled_ghost()


def first_word_after(editor: EditorTab, text: str) -> str:
    return ghost_after(editor, text).split(" ")[0]


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


def is_at_the_caret_to_the_letter(editor: EditorTab) -> None:
    """Where nothing inside a field can be measured, only which letter is nearest to a place."""
    ghost = ghost_after(editor, TYPED)
    left, top, right, bottom = editor.tab.ghost_box()
    editor.press("Tab")
    editor.wait_for_text(TYPED + ghost)
    begin, end = (
        editor.tab.evaluate(f"document.caretPositionFromPoint({x}, {(top + bottom) / 2}).offset")
        for x in (left, right)
    )
    assert (begin, end) == (len(TYPED), len(TYPED + ghost))


def is_accepted_word_by_word(editor: EditorTab) -> None:
    first = first_word_after(editor, TYPED)
    editor.press("Control+ArrowRight")
    editor.wait_for_text(TYPED + first)
    second = editor.tab.wait_for_settled_ghost().split(" ")[1]
    editor.press("Control+ArrowRight")
    editor.wait_for_text(f"{TYPED}{first} {second}")


def is_typed_through(editor: EditorTab) -> None:
    editor.write(TYPED)
    ghost = editor.tab.wait_for_ghost(lambda ghost: " " in ghost)
    editor.write(ghost[:3])
    left = editor.tab.wait_for_ghost(lambda left: left.startswith(ghost[3:]))
    word = left.split(" ")[0]
    editor.press("Control+ArrowRight")
    editor.wait_for_text(TYPED + ghost[:3] + word)


def text_with_accepted(editor: EditorTab) -> str:
    """As somebody accepts who does not wait until all of the suggestion is there."""
    editor.write(TYPED)
    ghost = editor.tab.wait_for_ghost()
    editor.press("Tab")  # soon after the last key
    editor.wait_until(lambda: editor.text().startswith(TYPED + ghost))
    return editor.text()


def is_undone_in_one_step(editor: EditorTab) -> None:
    text_with_accepted(editor)
    editor.press("Control+z")
    editor.wait_for_text(TYPED)


def undo_takes_along_what_was_typed(editor: EditorTab) -> None:
    text_with_accepted(editor)
    editor.press("Control+z")
    editor.wait_for_text("")


def is_redone(editor: EditorTab) -> None:
    text = text_with_accepted(editor)
    editor.press("Control+z")
    editor.wait_until(lambda: editor.text() != text)
    editor.press("Control+Shift+Z")
    editor.wait_for_text(text)


def is_redone_with_the_button(editor: EditorTab) -> None:
    """Trix knows no key for it: it waits for a small z with Shift."""
    text = text_with_accepted(editor)
    editor.press("Control+z")
    editor.wait_for_text(TYPED)
    editor.tab.click(".trix-button--icon-redo")
    editor.wait_for_text(text)


def stands_between_lines(editor: EditorTab) -> None:
    editor.write("The days\nare seven.")
    editor.press_slowly("ArrowUp", "End")
    word = first_word_after(editor, f": {TYPED}")
    editor.press("Control+ArrowRight")
    editor.wait_for_text(f"The days: {TYPED}{word}\nare seven.")


def stands_in_a_later_line(editor: EditorTab) -> None:
    word = first_word_after(editor, f"The days\n{TYPED}")
    editor.press("Control+ArrowRight")
    editor.wait_for_text(f"The days\n{TYPED}{word}")


def stands_after_emoji(editor: EditorTab) -> None:
    text = f"👩‍👩‍👧 🏳️‍🌈 {TYPED}"
    word = first_word_after(editor, text)
    editor.press("Control+ArrowRight")
    editor.wait_for_text(text + word)


def stands_in_a_field_from_right_to_left(editor: EditorTab) -> None:
    editor.ask("(element) => { element.dir = 'rtl' }")
    word = first_word_after(editor, TYPED)
    editor.press("Control+ArrowRight")
    editor.wait_for_text(TYPED + word)


def waits_for_input_methods(editor: EditorTab) -> None:
    tab = editor.tab
    assert isinstance(tab, Tab), "in Chromium only"
    editor.write(TYPED[:-4])
    for length in range(1, 5):
        tab.compose(TYPED[-4:][:length])
    assert tab.ghost() == ""
    tab.commit(TYPED[-4:])
    editor.wait_for_text(TYPED)
    word = first_word_after(editor, "")
    editor.press("Control+ArrowRight")
    editor.wait_for_text(TYPED + word)


def stands_after_what_was_pasted(editor: EditorTab) -> None:
    editor.write("Thur")
    # Selected by one key: of several in a row some editors miss one, on a busy machine.
    editor.press_slowly("Shift+Home", "Control+c", "End")
    editor.write(f" {TYPED[:-4]}")
    editor.press_slowly("Control+v")
    editor.wait_for_text(f"Thur {TYPED}")
    word = first_word_after(editor, "s")
    editor.press("Control+ArrowRight")
    editor.wait_for_text(f"Thur {TYPED}s{word}")


def goes_when_the_page_writes(editor: EditorTab) -> None:
    editor.write(TYPED)
    editor.tab.wait_for_ghost()
    editor.replace("Somebody else wrote this.")
    editor.tab.wait_until(lambda: editor.tab.ghost() == "")
    assert editor.text() == "Somebody else wrote this."


def leaves_its_keys_to_a_menu(editor: EditorTab) -> None:
    editor.write("Thank you, @Ada Lov")
    editor.tab.expect_no_ghost(MENU_S)
    editor.press("Tab")
    editor.wait_until(lambda: editor.text().rstrip() == "Thank you, @Ada Lovelace")
    given = editor.text()
    text = f"{'' if given.endswith(' ') else ' '}and: {TYPED}"
    word = first_word_after(editor, text)
    editor.press("Control+ArrowRight")
    editor.wait_for_text(given + text + word)


def goes_when_the_text_is_sent(editor: EditorTab) -> None:
    editor.write(TYPED)
    editor.tab.wait_for_ghost()
    editor.press("Enter")
    editor.wait_for_text("")
    editor.tab.wait_until(lambda: editor.tab.ghost() == "")
    assert editor.sent()[-1] == TYPED


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
IN_PLACES: dict[str, Behaviour] = {
    **{name: BEHAVIOURS[name] for name in ("accept", "at the caret", "undo", "later line")},
    "menu": leaves_its_keys_to_a_menu,
    "sent": goes_when_the_text_is_sent,
}


AtOdds = Mapping[tuple[str, str], tuple[Behaviour, str]]
"""What an editor does otherwise, by its nature or the browser's."""
AT_ODDS: AtOdds = {
    ("Slate", "undo"): (undo_takes_along_what_was_typed, "with what was typed"),
    ("Discord", "undo"): (undo_takes_along_what_was_typed, "with what was typed"),
    ("Trix", "redo"): (is_redone_with_the_button, "with its button"),
}
TO_THE_LETTER = (is_at_the_caret_to_the_letter, "to the letter")
AT_ODDS_IN_FIREFOX: AtOdds = {
    **AT_ODDS,
    ("input", "at the caret"): TO_THE_LETTER,
    ("textarea", "at the caret"): TO_THE_LETTER,
}


def has(kind: Kind, behaviour: str) -> bool:
    """Whether there is anything to be seen of it."""
    needs = {"between lines": kind.lines, "later line": kind.lines}
    return (needs | {"menu": kind.menu, "sent": kind.sends}).get(behaviour, True)


def observe(editor: EditorTab, behaviour: str, at_odds: AtOdds = AT_ODDS) -> str:
    """Do it, see that it goes as it must, and say how, as the table does."""
    if not has(editor.kind, behaviour):
        return NOT_THERE
    as_a_rule = ((BEHAVIOURS | IN_PLACES)[behaviour], YES)
    do, seen = at_odds.get((editor.kind.name, behaviour), as_a_rule)
    do(editor)
    return seen
