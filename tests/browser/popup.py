"""The toolbar's popup, the real one.

Playwright does not list it among its pages, so it is reached through the developer tools of the
tab below it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.browser.asking import PATIENCE_S


class Popup:
    """An open popup."""

    def __init__(self, page: Page, devtools: CDPSession, target: str) -> None:
        self._page = page
        self._devtools = devtools
        self._answers: list[Any] = []
        attached = devtools.send("Target.attachToTarget", {"targetId": target, "flatten": False})
        self._session = attached["sessionId"]
        devtools.on("Target.receivedMessageFromTarget", self._receive)

    def text(self) -> str:
        """Everything that it says."""
        return str(self._evaluate("document.body.innerText"))

    def wait_for_text(self, text: str) -> None:
        """Wait until it says this."""
        self._wait_for(f"document.body.innerText.includes({text!r})")

    def switch(self, label: str, *, on: bool) -> None:
        """Click the switch with this label, if it is not that way already."""
        control = self._control(label)
        self._evaluate(f"{control}.checked === {json.dumps(on)} || {control}.click()")
        self.wait_for_switch(label, on=on)

    def wait_for_switch(self, label: str, *, on: bool) -> None:
        """Wait until the switch with this label stands so, by the daemon's word."""
        # The box is ticked at once; that it is so is said when the daemon has said it.
        self._wait_for(f"{self._control(label)}.ariaChecked === '{json.dumps(on)}'")

    def click(self, label: str) -> None:
        """Click the switch with this label, whatever comes of it."""
        self._evaluate(f"{self._control(label)}.click()")

    def _control(self, label: str) -> str:
        """Finds the switch with this label, which can be used by now."""
        labels = "[...document.querySelectorAll('label')]"
        find = f"{labels}.find((e) => e.innerText.includes({label!r}))"
        self._wait_for(f"{find} && !{find}.control.disabled")
        return f"{find}.control"

    def press(self, name: str) -> None:
        """Click the button that says this."""
        find = f"[...document.querySelectorAll('button')].find((e) => e.innerText === {name!r})"
        self._wait_for(f"{find}")
        self._evaluate(f"{find}.click()")

    def _wait_for(self, condition: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._evaluate(f"Boolean({condition})"):
            assert time.monotonic() < deadline, f"never true in the popup: {condition}"

    def _evaluate(self, expression: str) -> Any:
        request = {"id": 1, "method": "Runtime.evaluate"}
        request["params"] = {"expression": expression, "returnByValue": True}
        message = {"sessionId": self._session, "message": json.dumps(request)}
        self._devtools.send("Target.sendMessageToTarget", message)
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers:
            assert time.monotonic() < deadline, "the popup does not answer"
            self._page.wait_for_timeout(20)
        return self._answers.pop()["result"]["result"].get("value")

    def _receive(self, event: dict[str, Any]) -> None:
        answer = json.loads(event["message"])
        if "id" in answer:
            self._answers.append(answer)


@contextmanager
def popup_over(page: Page) -> Iterator[Popup]:
    """Click the toolbar icon while this page is in front."""
    page.bring_to_front()
    worker = page.context.service_workers[0]
    worker.evaluate("chrome.action.openPopup()")
    devtools = page.context.new_cdp_session(page)
    target = _popup_target(page, devtools)
    try:
        yield Popup(page, devtools, target)
    finally:
        devtools.send("Target.closeTarget", {"targetId": target})
        devtools.detach()
        page.bring_to_front()


def _popup_target(page: Page, devtools: CDPSession) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        for target in devtools.send("Target.getTargets")["targetInfos"]:
            if target["url"].endswith("/popup.html"):
                return str(target["targetId"])
        assert time.monotonic() < deadline, "the popup did not open"
        page.wait_for_timeout(50)
