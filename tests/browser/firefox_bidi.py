"""WebDriver BiDi, the standard protocol that Firefox itself speaks: no driver is needed between."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Thread
from typing import IO, Any

from websockets.sync.client import ClientConnection, connect

FIREFOX = "/usr/bin/firefox-esr"
ANSWER_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")

Json = dict[str, Any]


class CommandError(Exception):
    """Firefox could not do what it was told."""


class Bidi:
    """A session with a running Firefox."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = count(1)
        self._listeners: dict[tuple[str, str], Callable[[Json], None]] = {}

    def listen(self, event: str, context: str, listener: Callable[[Json], None]) -> None:
        """Hear of what happens in a tab, whenever the next command is answered."""
        self._listeners[event, context] = listener
        self.send("session.subscribe", events=[event], contexts=[context])

    def send(self, method: str, **params: Any) -> Json:
        """One command; returns its result."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer: Json = json.loads(self._socket.recv(ANSWER_TIMEOUT_S))
            if answer["type"] == "event":
                self._tell(answer["method"], answer["params"])
            if answer.get("id") != number:
                continue
            if answer["type"] == "error":
                raise CommandError(f"{method}: {answer['error']}: {answer['message']}")
            result: Json = answer["result"]
            return result

    def _tell(self, event: str, what: Json) -> None:
        context = what.get("source", what).get("context", "")
        if listener := self._listeners.get((event, context)):
            listener(what)


@contextmanager
def bidi_session(profile: Path, preferences: Mapping[str, bool | int]) -> Iterator[Bidi]:
    """A fresh Firefox until the end of the block."""
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in preferences.items())
    (profile / "user.js").write_text("".join(lines))
    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(profile)]
    with subprocess.Popen(
        [*command, "--remote-debugging-port=0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr
            address = _address(process.stderr)
            with connect(f"{address}/session", max_size=None) as socket:
                bidi = Bidi(socket)
                bidi.send("session.new", capabilities={})
                yield bidi
        finally:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _address(stderr: IO[str]) -> str:
    said = []
    for line in stderr:
        said.append(line)
        if match := _LISTENING.search(line):
            # Firefox stops when nobody reads what it says.
            Thread(target=stderr.read, daemon=True).start()
            return match[1]
    raise AssertionError("Firefox did not start:\n" + "".join(said))
