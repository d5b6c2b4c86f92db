"""What Python imports first in every process of a test that watches them: see `watching`.

Each process writes down, in a folder of its own, who it is, whom it wants to talk to, and, if it is
a federating process, all that goes in and out of it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

ASKS = frozenset(
    {
        "socket.connect",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
    }
)
"""Audit events (PEP 578) of a process that wants to talk to somebody."""


class Tapped:
    """A standard stream; what passes is copied to a file."""

    def __init__(self, stream: Any, copy: BinaryIO) -> None:
        self._stream, self._copy = stream, copy
        self.buffer = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream.buffer, name)

    def readline(self) -> bytes:
        line: bytes = self._stream.buffer.readline()
        self._copy.write(line)
        return line

    def write(self, said: bytes) -> int:
        self._copy.write(said)
        written: int = self._stream.buffer.write(said)
        return written


def watch(place: Path) -> None:
    """This process, from now on; one that is killed before was never there."""
    beginning = place.with_name(f"beginning-{place.name}")
    beginning.mkdir()
    who = {"command": sys.orig_argv, "environment": dict(os.environ)}
    (beginning / "who.json").write_text(json.dumps(who))
    # Unbuffered, as processes are killed here.
    asked = (beginning / "asked").open("wb", buffering=0)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ASKS:
            plain = [one for one in arguments if isinstance(one, str | bytes | int | tuple)]
            asked.write(f"{event} {plain}\n".encode())

    sys.addaudithook(note)
    if "federation.node.worker" in sys.orig_argv:
        streams: dict[str, Any] = {"stdin": Tapped(sys.stdin, (beginning / "told").open("wb", 0))}
        streams["stdout"] = Tapped(sys.stdout, (beginning / "said").open("wb", 0))
        for name, tapped in streams.items():
            setattr(sys, name, tapped)
    beginning.rename(place)


if "PLM_WATCHED" in os.environ:
    watch(Path(os.environ["PLM_WATCHED"]) / f"{os.getpid()}-{time.monotonic_ns()}")
