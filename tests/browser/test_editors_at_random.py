"""Whatever somebody does in an editor, in whatever order: not one wrong character.

``PLM_RANDOM_STEPS=5000`` does it for longer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from random import Random

import pytest

from tests.browser.chromium import Browser
from tests.browser.editors import KINDS, EditorTab, Kind, opened
from tests.browser.web import WebSite

pytestmark = pytest.mark.browser

STEPS = int(os.environ.get("PLM_RANDOM_STEPS", "40"))
LONGEST = 300
WORDS = (
    "Monday, Tuesday, Wednesday, Thur",
    " and the",
    " thank you very mu",
    " I look forward to hear",
    " a",
    "é",
    "👩‍👩‍👧",
    ", ",
)
COPIED = "copied"


@dataclass
class Reference:
    """What the editor must say, and where its caret is."""

    text: str = ""
    caret: int = 0
    earlier: list[str] = field(default_factory=list)

    def insert(self, written: str) -> None:
        self.earlier.append(self.text)
        self.text = self.text[: self.caret] + written + self.text[self.caret :]
        self.caret += len(written)

    def move(self, by: int) -> None:
        self.caret = min(max(self.caret + by, 0), len(self.text))


class Writer:
    """Does something at random, and says what must come of it."""

    def __init__(self, editor: EditorTab, random: Random) -> None:
        self.editor, self.random = editor, random
        self.reference = Reference()
        self.done: list[str] = []

    def begin(self) -> None:
        """With one word in the clipboard and nothing in the editor."""
        self.editor.begin()
        self.editor.write(f"{COPIED}!")
        select = len(COPIED) * ["Shift+ArrowRight"]
        self.editor.press_slowly("Control+Home", *select)
        # Two calls, for a longer pause: Slate copies what was selected a tenth of a second ago.
        self.editor.press_slowly("Control+c")
        self.editor.begin()
        earlier = [*self.reference.earlier, self.reference.text, "", f"{COPIED}!", ""]
        self.reference = Reference(earlier=earlier)

    def step(self) -> None:
        """One thing more."""
        actions: dict[Callable[[], None], int] = {
            self.type: 10,
            self.accept: 8,
            self.accept_word: 6,
            self.move: 3,
            self.go_to_the_end: 3,
            self.rub_out: 3,
            self.paste: 2,
            self.undo: 2,
            self.dismiss: 1,
            self.break_line: 2 if self.editor.kind.lines else 0,
        }
        (action,) = self.random.choices([*actions], [*actions.values()])
        self.done.append(action.__name__)
        action()
        self.check()
        if len(self.reference.text) > LONGEST:
            self.begin()

    def check(self) -> None:
        """The editor's own model says what the reference says."""
        wanted = self.reference.text
        try:
            self.editor.wait_for_text(wanted)
        except AssertionError as error:
            raise AssertionError(f"after {self.done[-8:]}: {wanted!r}, but {error}") from None

    def type(self) -> None:
        words = self.random.choice(WORDS)
        self.editor.write(words)
        self.reference.insert(words)

    def accept(self) -> None:
        if ghost := self.ghost():
            self.take("Tab", ghost)

    def accept_word(self) -> None:
        if ghost := self.ghost():
            word = ghost[: len(ghost) - len(ghost.lstrip())] + ghost.split()[0]
            written = self.take("Control+ArrowRight", word)
            assert len(written.split()) == 1, written

    def take(self, chord: str, ghost: str) -> str:
        """More may have come in since the ghost was seen."""
        before = self.reference.text[: self.reference.caret]
        after = self.reference.text[self.reference.caret :]
        self.editor.press(chord)
        try:
            self.editor.wait_until(lambda: is_taken(ghost, self.editor.text(), before))
        except AssertionError as error:
            wanted = before + ghost + after
            raise AssertionError(f"after {self.done[-8:]}: {wanted!r}, but {error}") from None
        text = self.editor.text()
        written = text[len(before) : len(text) - len(after)]
        self.reference.insert(written)
        return written

    def ghost(self) -> str:
        """What is offered now, or after a while."""
        time.sleep(self.random.choice((0, 0.04, 0.3)))
        return self.editor.tab.ghost()

    def move(self) -> None:
        by = self.random.choice((-1, 1))
        self.editor.press_slowly("ArrowLeft" if by < 0 else "ArrowRight")
        if self.is_single(self.reference.caret + min(by, 0)):
            self.reference.move(by)
        else:
            self.go_to_the_end()

    def is_single(self, place: int) -> bool:
        """Whether one press of an arrow goes over this one letter, and no more."""
        beside = self.reference.text[max(0, place - 1) : place + 2]
        return all(letter.isascii() for letter in beside)

    def go_to_the_end(self) -> None:
        self.editor.press_slowly("Control+End")
        self.reference.move(len(self.reference.text))

    def rub_out(self) -> None:
        reference = self.reference
        if reference.caret > 0 and self.is_single(reference.caret - 1):
            self.editor.press_slowly("Backspace")
            reference.earlier.append(reference.text)
            before = reference.text[: reference.caret - 1]
            reference.text = before + reference.text[reference.caret :]
            reference.move(-1)

    def paste(self) -> None:
        self.editor.press_slowly("Control+v")
        self.reference.insert(COPIED)

    def break_line(self) -> None:
        self.editor.press_slowly("Enter")
        self.reference.insert("\n")

    def dismiss(self) -> None:
        if self.ghost():
            self.editor.press("Escape")

    def undo(self) -> None:
        """How much one step is, is the editor's to say; it must lead to a text that was there."""
        seen = [*self.reference.earlier, self.reference.text]
        self.editor.press_slowly("Control+z")
        text = self.editor.text()
        assert any(is_between(text, *pair) for pair in pairwise(["", *seen])), (
            self.done[-8:],
            seen[-3:],
            text,
        )
        self.reference.earlier.append(self.reference.text)
        self.reference.text = text
        self.go_to_the_end()


def is_taken(ghost: str, text: str, before: str) -> bool:
    """Whether the ghost stands behind what was there before it. Where there is no room behind the
    caret, a card shows it without the spaces that it begins with."""
    return text.startswith(before) and (
        text.startswith(ghost, len(before)) or text[len(before) :].lstrip(" ").startswith(ghost)
    )


def is_between(text: str, one: str, other: str) -> bool:
    """Whether it was there while one text became the other, letter by letter."""
    short, long = sorted((one, other), key=len)
    same = takewhile(lambda letters: letters[0] == letters[1], zip(short, long, strict=False))
    begin = len(list(same))
    end = len(short) - begin
    written = long[begin : len(long) - end]
    return any(
        text == long[:begin] + written[:length] + short[begin:]
        for length in range(len(written) + 1)
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_whatever_is_done_the_text_is_right(
    browser: Browser, editor_pages: WebSite, kind: Kind
) -> None:
    with opened(browser, editor_pages, kind) as editor:
        writer = Writer(editor, Random(kind.name))
        writer.begin()
        for _ in range(STEPS):
            writer.step()
        assert not editor.errors
