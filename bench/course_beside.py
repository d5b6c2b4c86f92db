"""A real course of learning in a running daemon, and how much of the time it stands still."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from bench.study_data import FILES, authors
from tests.browser.asking import ask
from tests.daemon_process import DaemonProcess

CHARS = 120_000
"""More than is learned in one course, so that it does not end while somebody types."""
_TEXTS_AT_ONCE = 50
_CHARS_OF_A_TEXT = 3_000
_LOOK_EVERY_S = 0.1
_PATIENCE_S = 180.0


@dataclass(slots=True)
class Standstill:
    """Of the process that learns, while it was looked at."""

    looks: int = 0
    held: int = 0
    cpu_s: float = 0.0

    @property
    def share(self) -> float:
        """Of the time."""
        return self.held / self.looks if self.looks else 0.0


def import_texts(daemon: DaemonProcess) -> None:
    """As if a tune author had brought what they wrote elsewhere."""
    texts = _texts()
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        some = [
            {"draft": f"import-{start + place}", "site": "import", "kind": "file", "text": text}
            for place, text in enumerate(texts[start : start + _TEXTS_AT_ONCE])
        ]
        ask(daemon, "import_texts", texts=some)


@contextmanager
def course(daemon: DaemonProcess) -> Iterator[None]:
    """It learns when the block begins, and is ended, with nothing learned, when it is left."""
    ask(daemon, "learn_now", part="adapter")
    deadline = time.monotonic() + _PATIENCE_S
    while not is_learning(daemon):
        assert time.monotonic() < deadline, "the course did not begin"
        time.sleep(_LOOK_EVERY_S)
    try:
        yield
        assert is_learning(daemon), "the course ended too early"
    finally:
        ask(daemon, "learn_stop")


def is_learning(daemon: DaemonProcess) -> bool:
    """Whether a course is under way and past its preparations, be it held or not."""
    under_way = ask(daemon, "learn_status_query")["course"]
    return bool(under_way) and under_way["stage"] != "beginning"


def is_at_work(daemon: DaemonProcess) -> bool:
    """Whether the process that learns is not held."""
    learner = _learner(daemon)
    return learner is not None and learner.status() != psutil.STATUS_STOPPED


@contextmanager
def looked_at(daemon: DaemonProcess, standstill: Standstill) -> Iterator[None]:
    """Look at the process that learns, if there is one, until the end of the block."""
    learner = _learner(daemon)
    if learner is None:
        yield
        return
    ended = threading.Event()
    before = _cpu_seconds(learner)

    def look() -> None:
        while not ended.wait(_LOOK_EVERY_S):
            standstill.looks += 1
            standstill.held += learner.status() == psutil.STATUS_STOPPED

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        standstill.cpu_s += _cpu_seconds(learner) - before


def _learner(daemon: DaemonProcess) -> psutil.Process | None:
    children = psutil.Process(daemon.process.pid).children(recursive=True)
    return next((one for one in children if "plm_engine.learning.worker" in one.cmdline()), None)


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _texts() -> list[str]:
    """The newest of the first tune author who wrote enough."""
    for documents in authors(FILES[0], "tune"):
        chars = 0
        texts: list[str] = []
        for document in reversed(documents):
            texts.append(document.text[:_CHARS_OF_A_TEXT])
            chars += len(texts[-1])
            if chars > CHARS:
                return texts[::-1]
    raise ValueError("no author wrote enough")
