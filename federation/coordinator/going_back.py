"""An older release, published again under a new number: devices take over only what is newer.

An operator asks for it by a file in the community's folder, which is what the right to write there
is worth. A coordinator that runs finds it, does it, and takes it away.
"""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path

import msgspec

from federation import release
from federation.coordinator.folder import Folder, FolderError
from federation.coordinator.instance import ServeError, only_one
from federation.layout import Array
from federation.release import Release, ReleaseError
from federation.strategies.strategy import State
from plm_engine.base.files import write_whole

log = logging.getLogger("plm.coordinator")

_LOOK_S = 0.5
_PATIENCE_S = 120.0
"""A round's result that is being judged is written down first."""


class Wish(msgspec.Struct, frozen=True):
    """What an operator wants."""

    go_back_to: int
    """A version."""


def again(folder: Folder, version: int) -> tuple[State, Release]:
    """An older version as the next one; nobody sees it before it is kept. Raises `FolderError`."""
    stood, _, newest = folder.stands()
    tensors, _ = _older(folder, version, stood.version)
    # A new epoch: what was trained at the release that is left must not be summed.
    state = State(tensors, {}, stood.version + 1, stood.epoch + 1)
    return state, folder.publish(state, newest, taken_back=True)


def go_back(folder: Folder, version: int) -> int:
    """By the coordinator where it runs, else here; the number that it now has.

    Raises `FolderError`.
    """
    stood, norm, _ = folder.stands()
    _, digest = _older(folder, version, stood.version)
    try:
        with only_one(folder):
            folder.settle()
            state, published = again(folder, version)
            folder.keep(state, norm, published)
            taken_away(folder)  # what one that was killed has left
            return state.version
    except ServeError:
        write_whole(_wish_of(folder), msgspec.json.encode(Wish(version)))
    return _granted(folder, stood.version, digest)


async def wished(folder: Folder) -> int:
    """Wait until the operator wants an older version; which."""
    while True:
        try:
            return msgspec.json.decode(_wish_of(folder).read_bytes(), type=Wish).go_back_to
        except FileNotFoundError:
            await asyncio.sleep(_LOOK_S)
        except (OSError, msgspec.MsgspecError) as error:
            log.error("cannot read what is wanted", extra={"error": type(error).__name__})
            taken_away(folder)


def taken_away(folder: Folder) -> None:
    """The wish was granted, or cannot be."""
    _wish_of(folder).unlink(missing_ok=True)


def _granted(folder: Folder, before: int, digest: str) -> int:
    """The first release since then that is the older one again."""
    deadline = time.monotonic() + _PATIENCE_S
    while _wish_of(folder).exists():
        if time.monotonic() > deadline:
            raise FolderError("The coordinator was asked, and has not done it yet.")
        time.sleep(_LOOK_S)
    stood, _, _ = folder.stands()
    for version in range(before + 1, stood.version + 1):
        statement, _ = release.read(folder.release(version))
        if statement.taken_back and statement.tensors == digest:
            return version
    raise FolderError("The coordinator could not go back: its log says why.")


def _older(folder: Folder, version: int, newest: int) -> tuple[dict[str, Array], str]:
    """The tensors of a version, and their digest."""
    if version >= newest:
        raise FolderError(f"The newest version is {newest}: go back to one before it.")
    try:
        statement, tensors = release.read(folder.release(version))
    except (OSError, ReleaseError):
        raise FolderError(f"Version {version} is not kept any more.") from None
    return tensors, statement.tensors


def _wish_of(folder: Folder) -> Path:
    return folder.path / "wanted.json"
