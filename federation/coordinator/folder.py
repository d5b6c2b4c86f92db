"""A community's folder: its keys, its state, its releases. All of it is public but for two keys.

Every file is replaced as a whole, so a coordinator that is killed goes on from its last round.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation import release
from federation.coordinator.round import SMALLEST_GROUP
from federation.release import Release, ReleaseError
from federation.secure_sum.parameters import MAX_MEMBERS
from federation.strategies.packing import StateError, pack, unpack
from federation.strategies.strategy import State
from plm_engine.base.files import write_whole

KEPT_RELEASES = 20
KEPT_ROUNDS = 10_000
NO_RELEASE = -1
"""In the place of a version."""
_STOPPED = "not published: the coordinator was stopped"


class FolderError(Exception):
    """Why this is no community's folder: one line for the operator."""


class Charter(msgspec.Struct, frozen=True, kw_only=True):
    """What a community agreed on; to be edited by its operator while it does not run."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    url: Annotated[str, msgspec.Meta(max_length=300)]
    """Where its nodes reach it."""
    strategy: str
    base: str
    """Digest of the base model."""
    cohort: Annotated[int, msgspec.Meta(ge=SMALLEST_GROUP)] = 30
    """Devices in a round."""
    groups: Annotated[int, msgspec.Meta(ge=1)] = 1
    """Sub-cohorts that are summed apart; three or more outvote who poisons."""
    noise_multiplier: Annotated[float, msgspec.Meta(ge=0, lt=1e3)] = 0.0
    norm: Annotated[float, msgspec.Meta(gt=0, lt=1e6)] = 1.0
    """Clipping norm of the first round; it follows the updates."""
    token: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Whoever wants to enrol has to have it; empty: anybody may."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for groups that no sum can hold."""
        if -(-self.cohort // self.groups) > MAX_MEMBERS:
            raise ValueError(f"a group has {MAX_MEMBERS:,} devices at most: more groups are needed")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is written down of one round. Nothing of any one device."""

    at: int
    """Seconds since 1970."""
    version: int
    """Of the release that came of it, or `NO_RELEASE`."""
    devices: int
    groups_left_out: int
    norm: float
    within_norm: float
    refused_release: float
    noise_multiplier: float
    threshold: int
    bits_per_char: float
    """Of the public held-out text."""
    verdict: str


def _end_of_cut_off(lines: BinaryIO) -> bytes:
    """What has to come before a new line: a power cut or a full disk can have cut off the last."""
    if lines.tell() == 0:
        return b""
    lines.seek(-1, os.SEEK_END)
    return b"" if lines.read(1) == b"\n" else b"\n"


@dataclass(frozen=True, slots=True)
class Folder:
    """One community's."""

    path: Path

    @classmethod
    def made(cls, path: Path, charter: Charter, state: State) -> Folder:
        """A new community. Raises `FolderError` where there is one already."""
        if (path / "charter.json").exists():
            raise FolderError(f"There is a community in {path} already.")
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o700)  # it may have been there, and the token is in the charter
        folder = cls(path)
        for name in ("authority", "publisher"):
            _write_key(path / f"{name}.key")
        folder.write_charter(charter)
        folder.keep(state, charter.norm, folder.publish(state, None))
        return folder

    @property
    def charter(self) -> Charter:
        """Raises `FolderError`."""
        try:
            return msgspec.json.decode((self.path / "charter.json").read_bytes(), type=Charter)
        except FileNotFoundError:
            raise FolderError(f"There is no community in {self.path}.") from None
        except (OSError, msgspec.MsgspecError) as error:
            raise FolderError(f"charter.json cannot be used: {error}") from None

    def write_charter(self, charter: Charter) -> None:
        """As an operator can read and edit it."""
        write_whole(self.path / "charter.json", msgspec.json.format(msgspec.json.encode(charter)))

    @property
    def authority(self) -> Ed25519PrivateKey:
        """Signs members' certificates. Raises `FolderError`."""
        return self._key("authority")

    @property
    def publisher(self) -> Ed25519PrivateKey:
        """Signs releases. Raises `FolderError`."""
        return self._key("publisher")

    def publish(self, state: State, parent: Release | None, *, taken_back: bool = False) -> Release:
        """Sign a state's adapter; nobody sees it before it is kept."""
        charter = self.charter
        return release.publish(
            state.tensors,
            self.publisher,
            community=charter.name,
            base=charter.base,
            strategy=charter.strategy,
            version=state.version,
            epoch=state.epoch,
            parent=parent,
            taken_back=taken_back,
        )

    def keep(self, state: State, norm: float, published: Release) -> None:
        """From now on this is where the community stands."""
        file = self.release_file(state.version)
        file.parent.mkdir(exist_ok=True)
        write_whole(file, release.encode(published))
        packed = pack(state, self.charter.strategy, {"norm": norm})
        write_whole(self.path / "state.safetensors", packed)
        for old in sorted(file.parent.glob("*.release"))[:-KEPT_RELEASES]:
            old.unlink(missing_ok=True)

    def stands(self) -> tuple[State, float, Release]:
        """Where the community stands: state, clipping norm, release. Raises `FolderError`."""
        try:
            packed = (self.path / "state.safetensors").read_bytes()
            state, figures = unpack(packed, self.charter.strategy)
            return state, figures["norm"], self.release(state.version)
        except (OSError, StateError, KeyError, ReleaseError) as error:
            raise FolderError(f"The state of the community cannot be used: {error}") from None

    def release(self, version: int) -> Release:
        """One that was published lately. Raises `OSError` and `ReleaseError`."""
        return release.decode(self.release_file(version).read_bytes())

    def release_file(self, version: int) -> Path:
        """Where it lies, if it is kept."""
        return self.path / "releases" / f"{version:08}.release"

    def intend(self, held: Held) -> None:
        """What came of a round is about to be kept; `note` follows, or else `settle`."""
        write_whole(self._intent, msgspec.json.encode(held))

    def note(self, held: Held) -> None:
        """A round was held."""
        file = self.path / "rounds.jsonl"
        with file.open("ab+") as lines:
            lines.write(_end_of_cut_off(lines) + msgspec.json.encode(held) + b"\n")
            lines.flush()
            os.fsync(lines.fileno())
        self._intent.unlink(missing_ok=True)
        if file.stat().st_size > KEPT_ROUNDS * 400:
            write_whole(file, b"".join(file.read_bytes().splitlines(keepends=True)[-KEPT_ROUNDS:]))

    def settle(self) -> None:
        """Note the round over which a coordinator was killed: its sum was seen, so it counts for ε.

        For whoever holds the community's lock. Raises `FolderError`.
        """
        if not self._intent.exists():
            return
        with suppress(msgspec.MsgspecError):
            held = msgspec.json.decode(self._intent.read_bytes(), type=Held)
            stood, _, _ = self.stands()
            if held.version > stood.version:
                held = msgspec.structs.replace(held, version=NO_RELEASE, verdict=_STOPPED)
            if held not in deque(self.rounds(), maxlen=1):
                self.note(held)
        self._intent.unlink(missing_ok=True)

    def rounds(self) -> Iterator[Held]:
        """The oldest first; a line that was cut off by a power cut is passed over."""
        with suppress(FileNotFoundError):
            for line in (self.path / "rounds.jsonl").read_bytes().splitlines():
                with suppress(msgspec.MsgspecError):
                    yield msgspec.json.decode(line, type=Held)

    @property
    def _intent(self) -> Path:
        return self.path / "concluding.json"

    def _key(self, name: str) -> Ed25519PrivateKey:
        try:
            return Ed25519PrivateKey.from_private_bytes((self.path / f"{name}.key").read_bytes())
        except (OSError, ValueError):
            raise FolderError(f"{name}.key is missing or damaged.") from None


def _write_key(file: Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(Ed25519PrivateKey.generate().private_bytes_raw())
        opened.flush()
        os.fsync(opened.fileno())
