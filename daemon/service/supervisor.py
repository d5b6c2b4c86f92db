"""What starts PLM with the user's session and keeps it running: one per operating system."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

from daemon.service.launch import Launch
from daemon.service.launchd import Launchd
from daemon.service.system import State
from daemon.service.systemd import Systemd
from daemon.service.task_scheduler import TaskScheduler


class Supervisor(Protocol):
    """systemd, launchd or the Task Scheduler."""

    def install(self, launch: Launch) -> Path:
        """Register PLM to start with the session. Returns the file that says so."""

    def uninstall(self, launch: Launch) -> None:
        """Stop and forget the service. The user's data stays."""

    def start(self) -> None:
        """Start it now."""

    def stop(self) -> None:
        """Stop it until the next session, or the next start."""

    def state(self) -> State:
        """How it is."""

    def logs(self, launch: Launch, lines: int) -> str:
        """The last lines that it logged."""


def supervisor() -> Supervisor:
    """This system's."""
    if sys.platform == "darwin":
        return Launchd()
    if sys.platform == "win32":
        return TaskScheduler()
    return Systemd()
