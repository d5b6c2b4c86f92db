"""Room kept free for deletion: even "forget me" has to write, and a full disk must not stop it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

BALLAST_BYTES = 16 * 2**20
_PIECE = 2**20


class Ballast:
    """A file of nothing that can be given up."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def restore(self) -> None:
        """Take the room again, if there is any; without it deletion works as long as disks do."""
        with contextlib.suppress(OSError):
            if self._path.exists() and self._path.stat().st_size == BALLAST_BYTES:
                return
            with self._path.open("wb") as file:
                for _ in range(BALLAST_BYTES // _PIECE):
                    file.write(bytes(_PIECE))
                file.flush()
                os.fsync(file.fileno())
            return
        self.drop()

    def drop(self) -> None:
        """Give the room back."""
        self._path.unlink(missing_ok=True)
