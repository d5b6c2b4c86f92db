"""Real editors, each on a page of its own, driven as a person would drive them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Frame, Locator

from tests.browser.chromium import Box, Browser, Tab
from tests.browser.web import WebSite

PAGES = Path(__file__).parent / "editors" / ".output"
KEY_MS = 4
HAND_MS = 60


@dataclass(frozen=True)
class Kind:
    """One editor, as it is called and as it is found on its page."""

    name: str
    page: str
    selector: str = "[contenteditable=true]"
    in_frame: bool = False
    lines: bool = True


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
CODE = (Kind("CodeMirror", "codemirror"), Kind("Monaco", "monaco", ".native-edit-context"))


class EditorTab:
    """An editor with the caret in it."""

    def __init__(self, tab: Tab, kind: Kind) -> None:
        self.tab, self.kind = tab, kind
        tab.page.wait_for_function("window.editor")
        self.errors = tab.watch_for_errors()

    @property
    def frame(self) -> Frame:
        """Where its elements are."""
        page = self.tab.page
        return page.frames[1] if self.kind.in_frame else page.main_frame

    @property
    def field(self) -> Locator:
        """What is written in."""
        return self.frame.locator(self.kind.selector).first

    def begin(self) -> None:
        """An empty editor, read from left to right, with the caret in it."""
        self.field.click()
        self.field.evaluate("(element) => element.removeAttribute('dir')")
        self.press("Control+a")
        self.press("Backspace")
        self.wait_for_text("")

    def write(self, text: str) -> None:
        """Type; line by line, as Enter ends one."""
        first, *others = text.split("\n")
        self.tab.page.keyboard.type(first, delay=KEY_MS)
        for line in others:
            self.press_slowly("Enter")
            self.tab.page.keyboard.type(line, delay=KEY_MS)

    def press(self, *chords: str) -> None:
        """One after the other, at once."""
        for chord in chords:
            self.tab.press(chord)

    def press_slowly(self, *chords: str) -> None:
        """As fast as a hand: some editors look at the selection now and then only, and Trix by
        itself makes two lines of an Enter between two keys of a machine."""
        for chord in chords:
            self.tab.page.wait_for_timeout(HAND_MS)
            self.tab.press(chord)
        self.tab.page.wait_for_timeout(HAND_MS)

    def text(self) -> str:
        """As the editor's own model has it."""
        return str(self.tab.page.evaluate("editor.text()")).replace("\u00a0", " ")

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
        return Box(*self.field.evaluate(script, [start, end]))

    def replace(self, text: str) -> None:
        """The page's own script writes something else."""
        self.tab.page.evaluate("(text) => editor.replace(text)", text)
        self.wait_for_text(text)


@contextmanager
def opened(browser: Browser, site: WebSite, kind: Kind) -> Iterator[EditorTab]:
    """The editor on a tab of its own, until the end of the block."""
    tab = browser.open(site.url(f"{kind.page}.html"))
    try:
        yield EditorTab(tab, kind)
    finally:
        tab.page.close()
