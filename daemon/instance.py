"""One daemon per user: the lock, the port, and the note that says where it listens."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock

HOST = "127.0.0.1"
DEFAULT_PORT = 41717
BACKLOG = 64
NOTE = "daemon.json"


class StartError(Exception):
    """Why the daemon cannot start: one line for the user."""


class AlreadyRunning(StartError):  # noqa: N818 - reads as what it is
    """Another daemon holds this data folder."""


class PortTaken(StartError):  # noqa: N818
    """Another program listens on the port."""


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """A running daemon."""

    pid: int
    port: int
    version: str

    @property
    def url(self) -> str:
        """The playground's address."""
        return f"http://{HOST}:{self.port}/"


def read_note(data_dir: Path) -> ServerInfo | None:
    """What the running daemon wrote down, or what one that crashed left behind."""
    try:
        return ServerInfo(**json.loads((data_dir / NOTE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def single_instance(data_dir: Path) -> Iterator[None]:
    """Hold the data folder's lock, or raise `AlreadyRunning`."""
    lock = filelock.FileLock(data_dir / "daemon.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout:
        other = read_note(data_dir)
        where = f" at {other.url} (process {other.pid})" if other else ""
        raise AlreadyRunning(f"PLM is running already{where}.") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def noted(data_dir: Path, info: ServerInfo) -> Iterator[None]:
    """Leave a note for clients for as long as the daemon runs."""
    note, temporary = data_dir / NOTE, data_dir / f"{NOTE}.new"
    temporary.write_text(json.dumps(asdict(info)) + "\n", encoding="utf-8")
    temporary.replace(note)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def listen(port: int) -> socket.socket:
    """A listening socket on the loopback interface, or `PortTaken`. Port 0 takes any."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # there, SO_REUSEADDR would let another program take over
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # a restart must not wait for old connections to time out
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortTaken(_why_not(port, error)) from None
    listener.setblocking(False)
    return listener


def _why_not(port: int, error: OSError | OverflowError) -> str:
    if isinstance(error, PermissionError):
        return f"Port {port} may not be used by this user. Choose one above 1023 with --port."
    if isinstance(error, OverflowError):
        return f"{port} is no port. Choose one between 1024 and 65535 with --port."
    return f"Port {port} is taken by another program. Choose another one with --port."


def own_info(listener: socket.socket, version: str) -> ServerInfo:
    """This process, listening on this socket."""
    return ServerInfo(pid=os.getpid(), port=listener.getsockname()[1], version=version)
