"""Asking the system's own programs to do something for us."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Literal

State = Literal["running", "stopped", "not installed"]


class ServiceError(Exception):
    """Why the system would not: one line for the user."""


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
