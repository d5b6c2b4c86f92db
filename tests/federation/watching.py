"""Who talks to whom: every process that a program starts is watched from within, and, where that is
allowed, from without as well."""

from __future__ import annotations

import ast
import functools
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from daemon.worker_process import FEDERATING
from federation.node.job import Event, Federate, Job

_HOOK = Path(__file__).parent / "watched"
_CONNECTS = re.compile(
    r"sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )\"([^\"]+)\""
)
_CALLS = "trace=connect,sendto,sendmsg,sendmmsg"

Address = tuple[str, int]


@dataclass(frozen=True)
class Process:
    """What one process wrote down."""

    place: Path

    @property
    def command(self) -> list[str]:
        return list(json.loads((self.place / "who.json").read_text())["command"])

    @property
    def environment(self) -> dict[str, str]:
        return dict(json.loads((self.place / "who.json").read_text())["environment"])

    @property
    def is_federating(self) -> bool:
        return FEDERATING in self.command

    @property
    def asked(self) -> list[tuple[str, list[object]]]:
        """Audit events, with those of their arguments that are plain values."""
        lines = (self.place / "asked").read_text().splitlines()
        parted = (line.split(" ", 1) for line in lines)
        return [(event, ast.literal_eval(said)) for event, said in parted]

    @property
    def connections(self) -> set[Address]:
        """Of sockets that lead to other machines, or could."""
        addresses = (said[0] for event, said in self.asked if event != "socket.getaddrinfo")
        return {(one[0], one[1]) for one in addresses if isinstance(one, tuple)}

    @property
    def job(self) -> Job | None:
        """What a federating process was told first, unless it was ended before."""
        decoder: msgspec.json.Decoder[Job] = msgspec.json.Decoder(Job)
        first, end, _ = (self.place / "told").read_bytes().partition(b"\n")
        return decoder.decode(first) if end else None

    @property
    def events(self) -> list[Event]:
        """What it said, but for a line that was cut off by its end."""
        decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
        lines = (self.place / "said").read_bytes().splitlines(keepends=True)
        return [decoder.decode(one) for one in lines if one.endswith(b"\n")]


@dataclass(frozen=True)
class Watch:
    """Over a program and all that it starts."""

    place: Path

    @property
    def environment(self) -> dict[str, str]:
        """For the program."""
        (self.place / "processes").mkdir(parents=True, exist_ok=True)
        return {"PYTHONPATH": str(_HOOK), "PLM_WATCHED": str(self.place / "processes")}

    @property
    def command(self) -> list[str]:
        """To go before the program's own; the process that is started is the program's."""
        if not can_trace():
            return []
        quietly = ("-D", "-f", "-qq", "-s", "0", "--seccomp-bpf")
        return ["strace", *quietly, "-e", _CALLS, "-o", str(self._calls)]

    @property
    def processes(self) -> list[Process]:
        """In the order in which they began."""
        places = (self.place / "processes").glob("[0-9]*")
        return [Process(one) for one in sorted(places, key=lambda one: int(one.name.split("-")[1]))]

    @property
    def federating(self) -> Iterator[tuple[Federate, Process]]:
        """Those that took part, with what they were told."""
        for process in self.processes:
            if process.is_federating and isinstance(job := process.job, Federate):
                yield job, process

    @property
    def traced(self) -> set[Address]:
        """Connections as the kernel saw them, whichever library made them."""
        if not self._calls.exists():
            return set()
        found = _CONNECTS.finditer(self._calls.read_text())
        return {(match[2], int(match[1])) for match in found}

    @property
    def _calls(self) -> Path:
        return self.place / "calls"


@functools.cache
def can_trace() -> bool:
    """Whether there is an strace, and it is let."""
    strace = shutil.which("strace")
    command = [strace or "", "-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "true"]
    return strace is not None and subprocess.run(command, check=False).returncode == 0
