"""Real editors, each on a page of its own, driven as a person would drive them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.browser.watching import Box, Frame, WatchedTab
from tests.browser.web import WebSite

PAGES = Path(__file__).parent / "editors" / ".output"
KEY_MS = 4
HAND_S = 0.06


@dataclass(frozen=True)
class Kind:
    """One editor, as it is called and as it is found on its page."""

    name: str
    page: str
    selector: str = "[contenteditable=true]"
    in_frame: bool = False
    page_in_frame: bool = False
    """Also the script that makes it, which knows its text."""
    lines: bool = True
    menu: bool = False
    """Whether it has a menu of people."""
    sends: bool = False
    """Whether Enter sends."""


KINDS = (
    Kind("input", "input", "input", lines=False),
    Kind("textarea", "textarea", "textarea"),
    Kind("contenteditable", "contenteditable"),
    Kind("ProseMirror", "prosemirror"),
    Kind("Tiptap", "tiptap"),
    Kind("Lexical", "lexical"),
    Kind("Slate", "slate"),
    Kind("Quill", "quill"),
    Kind("CKEditor", "ckeditor"),
    Kind("TinyMCE", "tinymce", in_frame=True),
    Kind("Draft.js", "draft"),
    Kind("Trix", "trix", "trix-editor"),
)
PLACES = (
    Kind("Gmail", "gmail", "[role=textbox]"),
    Kind("Slack", "slack", lines=False, sends=True),
    Kind("Discord", "discord", lines=False, sends=True, menu=True),
    Kind("LinkedIn", "linkedin", menu=True),
    Kind("Notion", "notion"),
    Kind("GitHub", "github", "textarea", menu=True),
    Kind("shadow root", "shadow-rich"),
    Kind("textarea in one", "shadow-area", "textarea"),
    Kind("written frame", "frame", "body", in_frame=True),
    Kind("frame", "framed", in_frame=True, page_in_frame=True),
    Kind("frame of another site", "framed-elsewhere", in_frame=True, page_in_frame=True),
)
"""Compositions as on big sites, and what editors are put into."""
CODE = (Kind("CodeMirror", "codemirror"), Kind("Monaco", "monaco", ".native-edit-context"))


class Opener(Protocol):
    """Any browser with the extension."""

    def open(self, url: str) -> WatchedTab:
        """A new tab."""


class EditorTab:
    """An editor with the caret in it."""

    def __init__(self, tab: WatchedTab, kind: Kind) -> None:
        self.tab, self.kind = tab, kind
        self.frame: Frame = tab.inner_frame() if kind.in_frame else tab
        self.page: Frame = self.frame if kind.page_in_frame else tab
        tab.wait_until(lambda: bool(self.page.evaluate("'editor' in window")))
        self.errors = tab.watch_for_errors()

    def begin(self) -> None:
        """An empty editor, read from left to right, with the caret in it."""
        self.click()
        self.ask("(element) => element.removeAttribute('dir')")
        if self.page.evaluate("'begin' in editor"):
            self.page.evaluate("editor.begin()")
        else:
            self.press("Control+a")
            self.press("Backspace")
        self.wait_for_text("")

    def click(self) -> None:
        """Into the middle of what is written in."""
        self.frame.click(self.kind.selector)

    def ask(self, function: str, argument: object = None) -> Any:
        """What a function says of the element that is written in."""
        return self.frame.call(self.kind.selector, function, argument)

    def write(self, text: str) -> None:
        """Type; line by line, as Enter ends one."""
        first, *others = text.split("\n")
        self.tab.write(first, KEY_MS)
        for line in others:
            self.press_slowly("Enter")
            self.tab.write(line, KEY_MS)

    def press(self, *chords: str) -> None:
        """One after the other, at once."""
        for chord in chords:
            self.tab.press(chord)

    def press_slowly(self, *chords: str) -> None:
        """As fast as a hand: some editors look at the selection now and then only, and Trix by
        itself makes two lines of an Enter between two keys of a machine."""
        for chord in chords:
            time.sleep(HAND_S)
            self.tab.press(chord)
        time.sleep(HAND_S)

    def text(self) -> str:
        """As the editor's own model has it."""
        return str(self.page.evaluate("editor.text()")).replace("\u00a0", " ")

    def sent(self) -> list[str]:
        """What Enter has sent."""
        return list(self.page.evaluate("editor.sent()"))

    def wait_for_text(self, text: str) -> None:
        """Wait until the editor's own model says exactly this."""
        self.wait_until(lambda: self.text() == text)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for what has to come."""
        try:
            self.tab.wait_until(condition)
        except AssertionError:
            raise AssertionError(f"the editor's model says {self.text()!r}") from None

    def box_of(self, start: int, end: int) -> Box:
        """Where these characters are in the window, as far as they are on one line of it."""
        script = """(element, [start, end]) => {
            if (element.createValueRange) {
                const { left, top, right, bottom } =
                    element.createValueRange(start, end).getClientRects()[0];
                return [left, top, right, bottom];
            }
            const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
            while (texts.nextNode() && texts.currentNode.data.length < end) {}
            const range = document.createRange();
            range.setStart(texts.currentNode, start);
            range.setEnd(texts.currentNode, end);
            const { left, top, right, bottom } = range.getClientRects()[0];
            const frame = window.frameElement?.getBoundingClientRect() ?? { left: 0, top: 0 };
            return [left + frame.left, top + frame.top, right + frame.left, bottom + frame.top];
        }"""
        return Box(*self.ask(script, [start, end]))

    def replace(self, text: str) -> None:
        """The page's own script writes something else."""
        self.page.evaluate(f"editor.replace({json.dumps(text)})")
        self.wait_for_text(text)


@contextmanager
def opened(browser: Opener, site: WebSite, kind: Kind) -> Iterator[EditorTab]:
    """The editor on a tab of its own, until the end of the block."""
    tab = browser.open(site.url(f"{kind.page}.html"))
    try:
        yield EditorTab(tab, kind)
    finally:
        tab.close()
