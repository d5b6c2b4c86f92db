"""How a test and its processes talk: a JSON object on each line."""

from __future__ import annotations

import asyncio
import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TIMEOUT_S = 60
Event = dict[str, Any]


def say(event: str, **what: Any) -> None:
    """Tell the test."""
    sys.stdout.write(json.dumps({"event": event, **what}) + "\n")
    sys.stdout.flush()


async def commands() -> AsyncIterator[Event]:
    """What the test says, until it hangs up."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        yield json.loads(line)


class Talker:
    """A process as its test sees it."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self._log = log
        self.said: list[Event] = []
        """Everything so far."""
        self._lines: queue.Queue[Event | None] = queue.Queue()
        self._unread: list[Event] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, **command: Any) -> None:
        """Tell it to do something."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def heard(self, event: str, **what: Any) -> Event:
        """Wait until it has said this; each thing that it says is heard once."""
        return self._heard(lambda one: {"event": event, **what}.items() <= one.items(), event)

    def ask(self, answer: str, **command: Any) -> Event:
        """Tell it to do something, and wait for what it says to that."""
        self.tell(**command)
        return self.heard(answer)

    def kill(self) -> None:
        """As the kernel would, out of memory."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(TIMEOUT_S)

    def stop(self) -> int:
        """Ask it to end; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(TIMEOUT_S)

    def _heard(self, is_it: Callable[[Event], bool], what: str) -> Event:
        for event in self._unread:
            if is_it(event):
                self._unread.remove(event)
                return event
        while True:
            try:
                event_or_end = self._lines.get(timeout=TIMEOUT_S)
            except queue.Empty:
                event_or_end = None
            assert event_or_end is not None, f"no {what}; {self.said[-9:]}\n{self._log.read_text()}"
            if is_it(event_or_end):
                return event_or_end
            self._unread.append(event_or_end)

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            event = json.loads(line)
            self.said.append(event)
            self._lines.put(event)
        self._lines.put(None)


@contextmanager
def talking(module: str, *arguments: str, log: Path, env: dict[str, str]) -> Iterator[Talker]:
    """A process that runs this module until the block is left."""
    with (
        log.open("a") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=env,
        ) as process,
    ):
        try:
            yield Talker(process, log)
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
