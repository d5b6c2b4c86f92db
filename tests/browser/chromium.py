"""Debian's Chromium with the built extension, driven as a person would drive it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright
from playwright.sync_api import Frame as PlaywrightFrame

from tests.browser.asking import new_code
from tests.browser.watching import KEY_PAUSE_MS, WORD_JOINER, Box, Frame, WatchedTab
from tests.daemon_process import DaemonProcess

CHROMIUM = "/usr/bin/chromium"
EXTENSION_DIR = Path(__file__).parents[2] / "extension" / ".output" / "chrome-mv3"
EXTENSION_ID = "dnffaialefdmanlefacieffbnpklchhh"
EXTENSION_ORIGIN = f"chrome-extension://{EXTENSION_ID}"

Node = dict[str, Any]


class Browser:
    """A running Chromium with the extension."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context

    def open(self, url: str) -> Tab:
        """A new tab."""
        page = self.context.new_page()
        page.goto(url)
        page.bring_to_front()
        return Tab(page)

    def extension_page(self, name: str) -> Page:
        """One of the extension's own pages, in a tab."""
        page = self.context.new_page()
        page.goto(f"{EXTENSION_ORIGIN}/{name}")
        return page

    def pair(self, daemon: DaemonProcess) -> None:
        """Type the code into the pairing page, as a user does."""
        page = self.extension_page("pair.html")
        page.get_by_text("PLM listens on another port").click()
        page.get_by_label("Port").fill(str(daemon.port))
        page.get_by_label("Pairing code").fill(new_code(daemon))
        page.get_by_role("button", name="Pair", exact=True).click()
        page.get_by_role("heading", name="This browser is paired").wait_for()
        page.close()


class PageFrame(Frame):
    """A document, through Playwright."""

    def __init__(self, frame: PlaywrightFrame) -> None:
        self._frame = frame

    def evaluate(self, expression: str) -> Any:
        """What the page's own scripts would get, for everything that JSON can say."""
        return self._frame.evaluate(expression)

    def call(self, selector: str, function: str, argument: object = None) -> Any:
        """What a function says of the first element with this selector, and the argument."""
        return self._frame.locator(selector).first.evaluate(function, argument)

    def click(self, selector: str) -> None:
        """A click of the mouse in the middle of the first element with this selector."""
        self._frame.locator(selector).first.click()


class Tab(PageFrame, WatchedTab):
    """A tab of Chromium, through Playwright and the developer tools."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.main_frame)
        self.page = page
        self._devtools = page.context.new_cdp_session(page)
        self._others: dict[PlaywrightFrame, CDPSession] = {}

    def watch_for_errors(self) -> list[str]:
        """A list that fills with what scripts throw here, the extension's own included."""
        errors: list[str] = []
        self._devtools.on(
            "Runtime.exceptionThrown",
            lambda event: errors.append(str(event["exceptionDetails"])),
        )
        self._devtools.send("Runtime.enable")
        return errors

    def ghost(self) -> str:
        """The ghost text that is on the screen, empty if there is none.

        It lives in a closed shadow root, where only the developer tools can look.
        """
        texts = [node["nodeValue"] for _, node in self._ghost_texts()]
        return "".join(texts).replace(WORD_JOINER, "")

    def ghost_box(self) -> Box:
        """Where the ghost's words are, those on its first line, in pixels of the window."""
        while True:
            words = [
                (devtools, node["backendNodeId"])
                for devtools, node in self._ghost_texts()
                if node["nodeValue"] != WORD_JOINER
            ]
            assert words, "no ghost is on the screen"
            devtools, node = words[0]
            answer = devtools.send("DOM.getContentQuads", {"backendNodeId": node})
            if answer["quads"]:  # empty when the ghost was drawn anew between the two questions
                left, top, _, _, right, bottom, *_ = answer["quads"][0]
                return Box(left, top, right, bottom)

    def _ghost_texts(self) -> Iterator[tuple[CDPSession, Node]]:
        for devtools in (self._devtools, *self._devtools_of_other_sites()):
            tree = devtools.send("DOM.getDocument", {"depth": -1, "pierce": True})
            for node in _nodes_in_ghost(tree["root"]):
                if node["nodeName"] == "#text":
                    yield devtools, node

    def _devtools_of_other_sites(self) -> Iterator[CDPSession]:
        """Their frames are in processes of their own, and have developer tools of their own."""
        for frame in self.page.frames:
            own = frame.url.split("/")[:3] == self.page.url.split("/")[:3]
            if not own and frame.url.startswith("http"):
                if frame not in self._others:
                    self._others[frame] = self.page.context.new_cdp_session(frame)
                yield self._others[frame]

    def type(self, selector: str, text: str) -> None:
        """Click into a field and type at its end."""
        self.page.click(selector)
        self.page.keyboard.press("Control+End")
        self.write(text)

    def write(self, text: str, pause_ms: int = KEY_PAUSE_MS) -> None:
        """Type on where the caret is."""
        self.page.keyboard.type(text, delay=pause_ms)

    def press(self, chord: str) -> None:
        """Press a key, or several: ``Control+z``."""
        self.page.keyboard.press(chord)

    def inner_frame(self) -> Frame:
        """The frame in this page."""
        return PageFrame(self.page.frames[1])

    def close(self) -> None:
        """Away with it."""
        self.page.close()

    def text(self, selector: str) -> str:
        """What the field holds, non-breaking spaces as spaces."""
        script = "e => 'value' in e ? e.value : e.innerText"
        return str(self.page.eval_on_selector(selector, script)).replace("\u00a0", " ")

    def compose(self, text: str) -> None:
        """What an input method shows while its user has not decided yet."""
        at_end = {"selectionStart": len(text), "selectionEnd": len(text)}
        self._devtools.send("Input.imeSetComposition", {"text": text} | at_end)

    def commit(self, text: str) -> None:
        """The input method's user has decided."""
        self._devtools.send("Input.insertText", {"text": text})

    def restyle(self, selector: str, style: str) -> None:
        """Give a field another look."""
        self.page.eval_on_selector(selector, "(e, style) => { e.style.cssText = style }", style)

    def text_box(self, selector: str, start: int, end: int) -> Box:
        """Where these characters of a field are on the screen."""
        script = """(e, [start, end]) => {
            let range;
            if ('value' in e) {
                range = e.createValueRange(start, end);
            } else {
                range = document.createRange();
                range.setStart(e.firstChild, start);
                range.setEnd(e.firstChild, end);
            }
            const { left, top, right, bottom } = range.getBoundingClientRect();
            return [left, top, right, bottom];
        }"""
        return Box(*self.page.eval_on_selector(selector, script, [start, end]))

    def focused(self) -> str:
        """The id of the element that has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))


def _nodes_in_ghost(node: Node, inside: bool = False) -> Iterator[Node]:
    if inside:
        yield node
    inside = inside or node.get("localName") == "plm-ghost"
    for kind in ("shadowRoots", "children"):
        for child in node.get(kind, ()):
            yield from _nodes_in_ghost(child, inside)
    if "contentDocument" in node:
        yield from _nodes_in_ghost(node["contentDocument"])


@contextmanager
def chromium(
    playwright: Playwright,
    profile: Path,
    *flags: str,
    extension: Path | None = EXTENSION_DIR,
    **options: Any,
) -> Iterator[Browser]:
    """A fresh Chromium until the end of the block."""
    assert EXTENSION_DIR.is_dir(), "the extension is not built: make extension"
    loading = (f"--disable-extensions-except={extension}", f"--load-extension={extension}")
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=CHROMIUM,
        headless=False,  # the flag below asks for the headless mode that has extensions
        args=[
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP *.example 127.0.0.1",
            *(loading if extension else ()),
            *flags,
        ],
        **options,
    )
    try:
        yield Browser(context)
    finally:
        context.close()
