"""Watching a page for what comes, and for what must not come, in whichever browser."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from tests.browser.asking import PATIENCE_S

QUIET_S = 1.5
"""How long to watch for what must not come."""
SETTLED_S = 0.4
WORD_JOINER = "\u2060"


class WatchedTab(ABC):
    """One page of somebody's web site."""

    @abstractmethod
    def ghost(self) -> str:
        """The ghost text that is on the screen, empty if there is none."""

    @abstractmethod
    def text(self, selector: str) -> str:
        """What the field holds, non-breaking spaces as spaces."""

    def wait_for_ghost(self, wanted: Callable[[str], bool] = bool) -> str:
        """The ghost text, once there is one that is wanted."""
        deadline = time.monotonic() + PATIENCE_S
        while not wanted(text := self.ghost()):
            assert time.monotonic() < deadline, f"no such ghost appeared; there is {text!r}"
            time.sleep(0.02)
        return text

    def wait_for_settled_ghost(self) -> str:
        """The ghost text after the last word of the answer has streamed in."""
        text = self.wait_for_ghost()
        since = time.monotonic()
        while time.monotonic() - since < SETTLED_S:
            now = self.ghost()
            if now != text:
                text, since = now, time.monotonic()
            time.sleep(0.03)
        return text

    def expect_no_ghost(self, seconds: float = QUIET_S) -> None:
        """Watch for a while that no ghost appears."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.ghost() == ""
            time.sleep(0.05)

    def wait_for_text(self, selector: str, text: str) -> None:
        """Wait until the field holds exactly this (rich fields may end in a line break)."""
        self.wait_until(lambda: self.text(selector).rstrip("\n") == text)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for what has to come."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.02)
