"""Frames as somebody who deviates would send them, for tests."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from federation.identity import Identity
from federation.secure_sum.messages import (
    Advertisement,
    Message,
    Signed,
    decode,
    decode_body,
    encode,
    sign,
)

M = TypeVar("M", bound=Message)
ANY_SIZE = 2**40


def read(frame: bytes, kind: type[M]) -> M:
    """A frame without a limit to its size."""
    return decode(frame, kind, ANY_SIZE)


def said_in(frame: bytes, kind: type[M]) -> M:
    """What a member says in a frame."""
    return decode_body(read(frame, Signed).body, kind)


def changed(frame: bytes, kind: type[Message], **fields: object) -> bytes:
    """The same frame with other fields."""
    return encode(msgspec.structs.replace(read(frame, kind), **fields))


def resigned(
    frame: bytes, kind: type[Message], identity: Identity, context: bytes, **fields: object
) -> bytes:
    """The same member's words with other fields, properly signed."""
    said = msgspec.structs.replace(said_in(frame, kind), **fields)
    return encode(sign(identity, context, said))


def new_key() -> bytes:
    """An X25519 public key."""
    return X25519PrivateKey.generate().public_key().public_bytes_raw()


def advertised(identity: Identity, parameters: bytes, **fields: object) -> Signed:
    """A member's properly signed advertisement for parameters of this digest."""
    sound = Advertisement(identity.certificate, new_key(), new_key())
    return sign(identity, parameters, msgspec.structs.replace(sound, **fields))
