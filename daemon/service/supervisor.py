"""What starts PLM with the user's session and keeps it running: one per operating system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Literal, Protocol

from daemon.service.launch import Launch

State = Literal["running", "stopped", "not installed"]


class ServiceError(Exception):
    """Why the system would not: one line for the user."""


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
    """This system's. Raises `ServiceError` where there is none."""
    if sys.platform == "darwin":
        from daemon.service.launchd import Launchd  # noqa: PLC0415

        return Launchd()
    if sys.platform == "win32":
        from daemon.service.task_scheduler import TaskScheduler  # noqa: PLC0415

        return TaskScheduler()
    from daemon.service.systemd import Systemd  # noqa: PLC0415

    return Systemd()


def call(*command: str) -> str:
    """Run one of the system's own programs. Raises `ServiceError` with what it complained about."""
    result = attempt(*command)
    if result.returncode:
        said = " ".join((result.stderr or result.stdout).split())
        raise ServiceError(f"{command[0]} failed: {said or f'exit code {result.returncode}'}")
    return result.stdout


def attempt(*command: str) -> subprocess.CompletedProcess[str]:
    """Run one of the system's own programs, whether it succeeds or not."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ServiceError(
            f"{command[0]} was not found: this system cannot run PLM as a service. "
            "Start it with: plm run"
        ) from None


def tail(file: Path, lines: int) -> str:
    """The end of a log file; empty if there is none."""
    try:
        return "\n".join(file.read_text("utf-8", errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
