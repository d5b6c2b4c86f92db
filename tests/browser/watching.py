"""Watching a page for what comes, and for what must not come, in whichever browser."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.browser.asking import PATIENCE_S

QUIET_S = 1.5
"""How long to watch for what must not come."""
SETTLED_S = 0.6
PAUSES = 3
"""Nothing more is expected after so many times the longest pause between two words."""
LOOK_EVERY_S = 0.05
KEY_PAUSE_MS = 15
WORD_JOINER = "\u2060"


class Box(NamedTuple):
    """Edges of a rectangle."""

    left: float
    top: float
    right: float
    bottom: float


class Frame(ABC):
    """One document: that of a tab, or of a frame in it."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """What the page's own scripts would get, for everything that JSON can say."""

    @abstractmethod
    def call(self, selector: str, function: str, argument: object = None) -> Any:
        """What a function says of the first element with this selector, and the argument."""

    @abstractmethod
    def click(self, selector: str) -> None:
        """A click of the mouse in the middle of the first element with this selector."""


class WatchedTab(Frame):
    """One page of somebody's web site."""

    @abstractmethod
    def ghost(self) -> str:
        """The ghost text that is on the screen, empty if there is none."""

    @abstractmethod
    def ghost_box(self) -> Box:
        """Where the ghost's words are, those on its first line, in pixels of the window."""

    @abstractmethod
    def text(self, selector: str) -> str:
        """What the field holds, non-breaking spaces as spaces."""

    @abstractmethod
    def press(self, chord: str) -> None:
        """Press a key, or several: ``Control+z``."""

    @abstractmethod
    def write(self, text: str, pause_ms: int = KEY_PAUSE_MS) -> None:
        """Type on where the caret is."""

    @abstractmethod
    def inner_frame(self) -> Frame:
        """The frame in this page."""

    @abstractmethod
    def watch_for_errors(self) -> list[str]:
        """A list that fills with what scripts throw here, the extension's own included."""

    @abstractmethod
    def close(self) -> None:
        """Away with it."""

    def wait_for_ghost(self, wanted: Callable[[str], bool] = bool) -> str:
        """The ghost text, once there is one that is wanted."""
        deadline = time.monotonic() + PATIENCE_S
        while not wanted(text := self.ghost()):
            assert time.monotonic() < deadline, f"no such ghost appeared; there is {text!r}"
            time.sleep(LOOK_EVERY_S)
        return text

    def wait_for_settled_ghost(self) -> str:
        """The ghost text after the last word of the answer has streamed in."""
        asked = time.monotonic()
        text = self.wait_for_ghost()
        since = time.monotonic()
        longest = max(SETTLED_S / PAUSES, since - asked)
        while True:
            waited = time.monotonic() - since
            now = self.ghost()
            if now != text:
                text, since, longest = now, time.monotonic(), max(longest, waited)
            elif waited > PAUSES * longest:
                return text
            time.sleep(LOOK_EVERY_S)

    def settled_ghost_if_any(self) -> str:
        """The same where the model may have nothing to say: empty if none comes for a while."""
        until = time.monotonic() + QUIET_S
        while time.monotonic() < until:
            if self.ghost():
                return self.wait_for_settled_ghost()
            time.sleep(LOOK_EVERY_S)
        return ""

    def expect_no_ghost(self, seconds: float = QUIET_S) -> None:
        """Watch for a while that no ghost appears."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.ghost() == ""
            time.sleep(LOOK_EVERY_S)

    def expect_ghost_gone(self) -> None:
        """Wait until the ghost that is there goes, and watch that it stays away."""
        self.wait_until(lambda: self.ghost() == "")
        self.expect_no_ghost()

    def wait_for_text(self, selector: str, text: str) -> None:
        """Wait until the field holds exactly this (rich fields may end in a line break)."""
        self.wait_until(lambda: self.text(selector).rstrip("\n") == text)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for what has to come."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(LOOK_EVERY_S)
