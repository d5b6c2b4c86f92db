"""What a round is: everything that its members have to agree on before they send anything.

The digest of the parameters goes into everything that is signed, sealed or derived, so members
who were told different ones cannot even read each other.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from federation.secure_sum.errors import FaultError, Reason
from federation.secure_sum.masks import dtype_of

MIN_MEMBERS, MAX_MEMBERS = 3, 1_000
MAX_LENGTH = 2**24
_LABEL = b"plm secure sum 1"


class Parameters(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, kw_only=True
):
    """One round of one cohort. A large cohort is split by giving each part its own."""

    round: Annotated[bytes, msgspec.Meta(min_length=16, max_length=32)]
    """Random, never used before. The parts of a split cohort share it: a member is in one."""
    cohort: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] = 0
    """Which part of a split cohort."""
    members: Annotated[int, msgspec.Meta(ge=MIN_MEMBERS, le=MAX_MEMBERS)]
    """How many can be in it at most."""
    threshold: Annotated[int, msgspec.Meta(ge=2, le=MAX_MEMBERS)]
    """How many have to stay to the end. Holds against a server with fewer than
    ``2 x threshold - members`` members on its side."""
    length: Annotated[int, msgspec.Meta(ge=1, le=MAX_LENGTH)]
    """Elements of a vector."""
    bits: Literal[32, 64] = 32
    """Sums are modulo 2**bits."""
    subject: Annotated[bytes, msgspec.Meta(max_length=64)] = b""
    """A digest of what is summed: model, step, bound, noise. Members compare it with their own."""

    @property
    def vector_bytes(self) -> int:
        """Size of one vector."""
        return self.length * self.bits // 8

    @property
    def dtype(self) -> np.dtype[np.unsignedinteger[Any]]:
        """Of a vector."""
        return dtype_of(self.bits)

    def digest(self) -> bytes:
        """32 bytes that stand for all of this."""
        return statement("parameters", msgspec.msgpack.encode(self))


def default_threshold(members: int) -> int:
    """Two thirds, rounded up: a third may drop out, or lie."""
    return -(-2 * members // 3)


def check_threshold(parameters: Parameters) -> None:
    """A server could lead two parts of a cohort to two different ends, and learn both secrets of
    one member, with as many members on its side as the two parts have in common: raises
    `FaultError` unless these are a third at least, and the threshold can be reached."""
    least = default_threshold(parameters.members)
    if not least <= parameters.threshold <= parameters.members:
        raise FaultError(Reason.MINORITY)


def statement(purpose: str, *parts: bytes) -> bytes:
    """SHA-256 of some parts, each after its length, under a purpose that no other use has."""
    told = hashlib.sha256()
    for part in (_LABEL, purpose.encode(), *parts):
        told.update(len(part).to_bytes(8, "little"))
        told.update(part)
    return told.digest()
