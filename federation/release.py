"""Versions of the shared adapter as they are published: numbered, chained, and signed with Ed25519
(RFC 8032) by the community's key.

A device takes over only what follows the release that it has. A coordinator that shows different
devices different releases parts them: the digest of the release is in the parameters of every
round, so they cannot be summed with each other.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
import numpy as np
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from safetensors import SafetensorError
from safetensors.numpy import load, save

from federation.layout import Array, Layout, Tensors

MOST_BYTES = 32 * 2**20
LONGEST_ROW = 1e3
"""Euclidean length of one tensor: no honest adapter comes near it."""
_LABEL = b"plm release 1"


class ReleaseError(ValueError):
    """Why a release is not taken over: one line for the user."""


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is signed."""

    community: str
    base: str
    """Digest of the base model."""
    strategy: str
    version: Annotated[int, msgspec.Meta(ge=0)]
    parent: str
    """Digest of the release before it; empty for the first."""
    epoch: Annotated[int, msgspec.Meta(ge=0)]
    taken_back: bool = False
    """It is an older version again, since many devices did worse with its parent."""
    tensors: str
    """SHA-256 of the file of tensors."""


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of them, as it is sent and kept."""

    statement: bytes
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
    tensors: bytes
    """As safetensors, under peft's names."""

    def __repr__(self) -> str:
        return "<Release>"

    @property
    def digest(self) -> str:
        """Hexadecimal; of the statement, so of everything."""
        return hashlib.sha256(_LABEL + self.statement).hexdigest()


def publish(
    tensors: Tensors,
    key: Ed25519PrivateKey,
    *,
    community: str,
    base: str,
    strategy: str,
    version: int,
    epoch: int,
    parent: Release | None = None,
    taken_back: bool = False,
) -> Release:
    """Sign a version."""
    packed: bytes = save({name: np.ascontiguousarray(value) for name, value in tensors.items()})
    statement = msgspec.msgpack.encode(
        Statement(
            community=community,
            base=base,
            strategy=strategy,
            version=version,
            parent=parent.digest if parent else "",
            epoch=epoch,
            taken_back=taken_back,
            tensors=hashlib.sha256(packed).hexdigest(),
        )
    )
    return Release(statement, key.sign(_LABEL + statement), packed)


def encode(release: Release) -> bytes:
    """As it travels."""
    return msgspec.msgpack.encode(release)


def decode(packed: bytes) -> Release:
    """Raises `ReleaseError`; nothing is verified yet."""
    if len(packed) > MOST_BYTES:
        raise ReleaseError("the release is too large")
    try:
        return msgspec.msgpack.decode(packed, type=Release)
    except (ValueError, RecursionError):
        raise ReleaseError("the release is damaged") from None


def verified(
    release: Release,
    key: Ed25519PublicKey,
    *,
    community: str,
    base: str,
    current: Release | None = None,
) -> tuple[Statement, dict[str, Array]]:
    """What a release says, and its tensors. Raises `ReleaseError` for anything that its community
    did not sign for this base model, that does not come after ``current``, or that cannot be an
    adapter of the same form."""
    statement = _signed(release, key)
    if (statement.community, statement.base) != (community, base):
        raise ReleaseError("the release is for another community or base model")
    tensors = _tensors(release, statement)
    if current is not None and release.digest != current.digest:
        _check_follows(statement, tensors, current)
    return statement, tensors


def read(release: Release) -> tuple[Statement, dict[str, Array]]:
    """Of a release that was verified before and kept since. Raises `ReleaseError`."""
    statement = _statement(release)
    return statement, _tensors(release, statement)


def _signed(release: Release, key: Ed25519PublicKey) -> Statement:
    try:
        key.verify(release.signature, _LABEL + release.statement)
    except InvalidSignature:
        raise ReleaseError("the community did not sign the release") from None
    return _statement(release)


def _statement(release: Release) -> Statement:
    try:
        return msgspec.msgpack.decode(release.statement, type=Statement)
    except (ValueError, RecursionError):
        raise ReleaseError("the release is of a format that this PLM does not know") from None


def _tensors(release: Release, statement: Statement) -> dict[str, Array]:
    if hashlib.sha256(release.tensors).hexdigest() != statement.tensors:
        raise ReleaseError("the release is damaged")
    try:
        tensors: dict[str, Array] = load(release.tensors)
    except (SafetensorError, ValueError, TypeError, KeyError):
        raise ReleaseError("the release is damaged") from None
    for tensor in tensors.values():
        if tensor.dtype != np.float32 or not np.isfinite(tensor).all():
            raise ReleaseError("the release holds what is no finite number")
        if float(np.linalg.norm(tensor)) > LONGEST_ROW:
            raise ReleaseError("the release is too large to be an adapter")
    return tensors


def _check_follows(statement: Statement, tensors: Tensors, current: Release) -> None:
    before, held = read(current)
    if statement.version <= before.version or statement.epoch < before.epoch:
        raise ReleaseError("the coordinator offers a release that is no newer")
    if statement.strategy != before.strategy:
        raise ReleaseError("the community changed its strategy: join it anew")
    if Layout.of(tensors, tensors) != Layout.of(held, held):
        raise ReleaseError("the release has another form than the one before")
    is_next = statement.version == before.version + 1
    if is_next and statement.parent != current.digest:
        raise ReleaseError("the coordinator told others of another release")
