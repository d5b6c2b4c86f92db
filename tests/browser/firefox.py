"""Debian's Firefox with the built extension, driven as a person would drive it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.asking import PATIENCE_S, new_code
from tests.browser.firefox_bidi import Bidi, Json, bidi_session
from tests.browser.watching import KEY_PAUSE_MS, WORD_JOINER, Box, WatchedTab
from tests.daemon_process import DaemonProcess

EXTENSION_DIR = Path(__file__).parents[2] / "extension" / ".output" / "firefox-mv3"
PREFERENCES: dict[str, bool | int] = {
    # What the browser itself would ask of its user, in a dialog that cannot be reached from here.
    "extensions.webextOptionalPermissionPrompts": False,
}
IDLE_TIMEOUT = "extensions.background.idle.timeout"
"""Milliseconds after which Firefox puts an extension's background to sleep."""
EVERYWHERE = "{ origins: ['<all_urls>'] }"
KEYS = {
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
    "ArrowUp": "\ue013",
    "Backspace": "\ue003",
    "Control": "\ue009",
    "End": "\ue010",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Home": "\ue011",
    "Shift": "\ue008",
    "Tab": "\ue004",
}
TEXT_NODE = 3


class FirefoxTab(WatchedTab):
    """One page, of somebody's web site or of the extension."""

    def __init__(self, bidi: Bidi, context: str) -> None:
        self._bidi = bidi
        self._context = context

    def goto(self, url: str) -> None:
        """Go to another page."""
        self._send("browsingContext.navigate", url=url, wait="complete")

    def reload(self) -> None:
        """The same page, anew."""
        self._send("browsingContext.reload", wait="complete")

    def wait_until_loaded(self) -> None:
        """Wait until the page is there with everything in it."""
        self.wait_until(lambda: self.evaluate("document.readyState") == "complete")

    def bring_to_front(self) -> None:
        """Make it the tab that is looked at."""
        self._send("browsingContext.activate")

    def close(self) -> None:
        """Away with it."""
        self._send("browsingContext.close")

    def evaluate(self, expression: str) -> Any:
        """What the page's own scripts would get, for everything that JSON can say."""
        wrapped = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        result = self._evaluate(wrapped, awaitPromise=True)
        return json.loads(result["value"])

    def call(self, selector: str, function: str, argument: object = None) -> Any:
        """What a function says of the first element with this selector, and the argument."""
        element = f"document.querySelector({json.dumps(selector)})"
        return self.evaluate(f"({function})({element}, {json.dumps(argument)})")

    def inner_frame(self) -> FirefoxTab:
        """The frame in this page."""
        return self._documents()[1]

    def watch_for_errors(self) -> list[str]:
        """A list that fills with what scripts throw here, the extension's own included."""
        errors: list[str] = []

        def hear(entry: Json) -> None:
            if (entry["type"], entry["level"]) == ("javascript", "error"):
                errors.append(entry["text"])

        self._bidi.listen("log.entryAdded", self._context, hear)
        return errors

    def find(self, selector: str = "", *, role: str = "", name: str = "") -> Json:
        """The one element with this selector, or with this accessible role and name."""
        locator = (
            {"type": "css", "value": selector}
            if selector
            else {"type": "accessibility", "value": {"role": role, "name": name}}
        )
        found: list[Json] = []

        def is_there() -> bool:
            found[:] = self._send("browsingContext.locateNodes", locator=locator)["nodes"]
            return len(found) == 1

        self.wait_until(is_there)
        return found[0]

    def click(self, selector: str = "", *, role: str = "", name: str = "") -> None:
        """A click of the mouse in the middle of an element."""
        element = self.find(selector, role=role, name=name)
        self._call("(element) => element.scrollIntoView({ block: 'nearest' })", element)
        target = {"type": "element", "element": {"sharedId": element["sharedId"]}}
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": target},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": steps})

    def press(self, chord: str) -> None:
        """Press a key, or several: ``Control+z``."""
        keys = [KEYS.get(key, key) for key in chord.split("+")]
        steps = [{"type": "keyDown", "value": key} for key in keys]
        steps += [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self._act({"type": "key", "id": "keyboard", "actions": steps})

    def write(self, text: str, pause_ms: int = KEY_PAUSE_MS) -> None:
        """Type on where the caret is."""
        steps: list[Json] = []
        for key in text:
            steps += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
            steps.append({"type": "pause", "duration": pause_ms})
        self._act({"type": "key", "id": "keyboard", "actions": steps})

    def type(self, selector: str, text: str) -> None:
        """Click into a field and type at its end."""
        self.click(selector)
        self.press("Control+End")
        self.write(text)

    def text(self, selector: str) -> str:
        """What the field holds, non-breaking spaces as spaces."""
        find = f"document.querySelector({selector!r})"
        text = self.evaluate(f"{find}.value ?? {find}.innerText")
        return str(text).replace("\u00a0", " ").rstrip("\n")

    def focused(self) -> str:
        """The id of the element that has the focus."""
        return str(self.evaluate("document.activeElement.id"))

    def ghost(self) -> str:
        """The ghost text that is on the screen, empty if there is none."""
        _, words = self._ghost_words()
        return str(words["value"]["nodeValue"]) if words else ""

    def ghost_box(self) -> Box:
        """Where the ghost's words are, those on its first line, in pixels of the window."""
        document, words = self._ghost_words()
        assert words, "no ghost is on the screen"
        script = """(text) => {
            const range = document.createRange();
            range.selectNode(text);
            const { left, top, right, bottom } = range.getClientRects()[0];
            const frame = window.frameElement?.getBoundingClientRect() ?? { left: 0, top: 0 };
            return JSON.stringify(
                [left + frame.left, top + frame.top, right + frame.left, bottom + frame.top],
            );
        }"""
        return Box(*json.loads(document._call(script, words)["value"]))

    def _ghost_words(self) -> tuple[FirefoxTab, Json | None]:
        """The ghost's text node, and the document that it is in."""
        for document in self._documents():
            if words := document._ghost_words_here():
                return document, words
        return self, None

    def _ghost_words_here(self) -> Json | None:
        """It lives in a closed shadow root, which no page can open.

        The protocol can, and hands it out with the element, so nothing is weakened for the test.
        """
        layer = self._evaluate(
            "document.querySelector('plm-ghost:popover-open')",
            awaitPromise=False,
            serializationOptions={"maxDomDepth": 8, "includeShadowTree": "all"},
        )
        texts = [node for node in _nodes(layer) if node["value"]["nodeType"] == TEXT_NODE]
        words = [node for node in texts if node["value"]["nodeValue"] != WORD_JOINER]
        return words[0] if words else None

    def _documents(self) -> list[FirefoxTab]:
        """This one, and those of the frames in it."""
        (own,) = self._bidi.send("browsingContext.getTree", root=self._context)["contexts"]
        frames = [FirefoxTab(self._bidi, frame["context"]) for frame in own["children"]]
        return [self, *frames]

    def _call(self, function: str, node: Json) -> Json:
        answer = self._bidi.send(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[{"sharedId": node["sharedId"]}],
            target={"context": self._context},
            awaitPromise=False,
        )
        return _result(answer)

    def _evaluate(self, expression: str, **options: Any) -> Json:
        answer = self._bidi.send(
            "script.evaluate",
            expression=expression,
            target={"context": self._context},
            **options,
        )
        return _result(answer)

    def _act(self, device: Json) -> None:
        self._send("input.performActions", actions=[device])

    def _send(self, method: str, **params: Any) -> Json:
        return self._bidi.send(method, context=self._context, **params)


def _result(answer: Json) -> Json:
    assert answer["type"] == "success", answer["exceptionDetails"]["text"]
    result: Json = answer["result"]
    return result


def _nodes(node: Json | None) -> Iterator[Json]:
    """A serialised node and everything below it."""
    if not node or "value" not in node:
        return
    yield node
    for child in node["value"].get("children", ()):
        yield from _nodes(child)
    yield from _nodes(node["value"].get("shadowRoot"))


class FirefoxPopup:
    """The toolbar's popup, in a tab behind the page that it is about.

    The protocol does not reach the real one; which page it is about, the popup finds out by itself
    either way.
    """

    def __init__(self, tab: FirefoxTab) -> None:
        self._tab = tab

    def text(self) -> str:
        """Everything that it says."""
        return str(self._tab.evaluate("document.body.innerText"))

    def wait_for(self, words: str) -> None:
        """Wait until it says so."""
        self._tab.wait_until(lambda: words in self.text())

    def switch(self, label: str, *, on: bool) -> None:
        """Click the switch with this label, if it is not that way already."""
        self.wait_for(label)
        find = (
            f"[...document.querySelectorAll('label')].find((e) => e.innerText.includes({label!r}))"
        )
        # The box is ticked at once; that it is so is said when the daemon has said it.
        wanted = f"{find}.control.ariaChecked === '{json.dumps(on)}'"
        self._tab.evaluate(f"{wanted} || {find}.control.click()")
        self._tab.wait_until(lambda: bool(self._tab.evaluate(wanted)))


class Firefox:
    """A running Firefox with the extension."""

    def __init__(self, bidi: Bidi) -> None:
        self._bidi = bidi
        bidi.send(
            "webExtension.install", extensionData={"type": "path", "path": str(EXTENSION_DIR)}
        )
        self.pairing_page = self._find_tab("/pair.html")
        """Opens by itself at installation."""

    def open(self, url: str) -> FirefoxTab:
        """A new tab."""
        context = self._bidi.send("browsingContext.create", type="tab")["context"]
        tab = FirefoxTab(self._bidi, context)
        tab.goto(url)
        return tab

    def pair(self, daemon: DaemonProcess) -> None:
        """Type the code into the pairing page, as a user does."""
        page = self.pairing_page
        page.bring_to_front()
        page.click("summary")
        page.click(role="spinbutton", name="Port")
        page.press("Control+a")
        page.write(str(daemon.port))
        page.click(role="textbox", name="Pairing code")
        page.write(new_code(daemon))
        page.wait_until(self._has_paired)

    def take_back_access(self) -> None:
        """As users can, in the browser's page about extensions."""
        self.pairing_page.evaluate(f"browser.permissions.remove({EVERYWHERE})")

    def _has_paired(self) -> bool:
        """Pressing the button again when the page says so.

        On a busy machine, a background that may sleep after seconds does so in mid-pairing.
        """
        page = self.pairing_page
        page.evaluate("browser.runtime.connect({ name: 'awake' }).disconnect()")
        button = page.evaluate("document.querySelector('button[type=submit]')?.innerText")
        if button == "Pair":
            page.click("button[type=submit]")
        return bool(page.text("h1") == "This browser is paired")

    @contextmanager
    def popup_over(self, tab: FirefoxTab) -> Iterator[FirefoxPopup]:
        """The popup as it is while this tab is in front."""
        tab.bring_to_front()
        # Only the extension itself may open its pages.
        self.pairing_page.evaluate("browser.tabs.create({ url: '/popup.html', active: false })")
        popup = self._find_tab("/popup.html")
        try:
            yield FirefoxPopup(popup)
        finally:
            popup.close()

    def _find_tab(self, ending: str) -> FirefoxTab:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            for context in self._bidi.send("browsingContext.getTree")["contexts"]:
                if context["url"].endswith(ending):
                    tab = FirefoxTab(self._bidi, context["context"])
                    tab.wait_until_loaded()
                    return tab
            assert time.monotonic() < deadline, f"no tab shows {ending}"
            time.sleep(0.05)


@contextmanager
def firefox(profile: Path, **preferences: int) -> Iterator[Firefox]:
    """A fresh Firefox with the extension until the end of the block."""
    assert EXTENSION_DIR.is_dir(), "the extension is not built: make extension"
    with bidi_session(profile, PREFERENCES | preferences) as bidi:
        yield Firefox(bidi)
