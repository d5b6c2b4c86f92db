"""A daemon that is stopped and started again, in the same place and on the same port."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.daemon_process import DaemonProcess, running_daemon


class RestartableDaemon:
    """Running from the start."""

    def __init__(self, folder: Path, cache_dir: Path) -> None:
        self._folder, self._cache_dir = folder, cache_dir
        self._running = ExitStack()
        self.port = 0
        self.process = self.start()

    def start(self) -> DaemonProcess:
        """Start it, if it does not run."""
        if not self.port or self.process.process.poll() is not None:
            place = running_daemon(self._folder, self._cache_dir, self.port)
            self.process = self._running.enter_context(place)
            self.port = self.process.port
        return self.process

    @contextmanager
    def elsewhere(self) -> Iterator[DaemonProcess]:
        """The same store, where no browser looks for it; the usual daemon must not run."""
        with running_daemon(self._folder, self._cache_dir) as process:
            yield process

    def stop(self, number: int = signal.SIGTERM) -> None:
        """As a system that shuts down does, or otherwise."""
        self.process.stop(number)

    def close(self) -> None:
        """Leave nothing running."""
        self._running.close()
