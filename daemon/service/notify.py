"""Tell a supervising systemd how we are (sd_notify(3)): one datagram per word.

Without a supervisor every function does nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket

_MICROSECONDS = 1e6


def ready() -> None:
    """The daemon serves."""
    _tell("READY=1")


def stopping() -> None:
    """The daemon is on its way out."""
    _tell("STOPPING=1")


def watchdog() -> None:
    """The daemon is alive."""
    _tell("WATCHDOG=1")


def watchdog_interval() -> float | None:
    """Seconds between signs of life: half of what the supervisor waits for; None if it does not."""
    patience = os.environ.get("WATCHDOG_USEC", "")
    return int(patience) / _MICROSECONDS / 2 if patience.isdigit() and int(patience) else None


def _tell(word: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    # A supervisor that went away is no reason to stop serving.
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel,
    ):
        channel.connect(name)
        channel.sendall(word.encode())
