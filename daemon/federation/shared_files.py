"""Which shared adapter is in use: the community's, or else the one that is installed.

A community's releases are files of their own beside the installed one, so that who leaves has that
one again. They hold nothing of the user's: every member has the same.
"""

from __future__ import annotations

from pathlib import Path

from plm_engine.adapters.shared import SHARED_FILE

_PATTERN = "community-*.safetensors"


def release_file(folder: Path, version: int) -> Path:
    """Of one of the community's releases."""
    return folder / _PATTERN.replace("*", str(version))


def file_in_use(folder: Path, version: int | None) -> Path:
    """``version`` is the release in use; None: none is."""
    return folder / SHARED_FILE if version is None else release_file(folder, version)


def sweep(folder: Path, version: int | None) -> None:
    """Delete all releases but the one in use."""
    kept = file_in_use(folder, version)
    for file in folder.glob(_PATTERN):
        if file != kept:
            file.unlink(missing_ok=True)
