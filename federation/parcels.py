"""Bytes as Flower carries them: one payload, or a refusal, in one `ConfigRecord`.

A message of stock Flower is a tree of three objects, each fetched by a request of its own. Ours is
a single object, the record itself, which halves the requests of a message; the SuperLink stores
objects by their SHA-256 and does not look inside. A nonce tells equal payloads apart, as the
object's digest is also the message's name, which must be unique.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from flwr.app import ConfigRecord
from google.protobuf.message import DecodeError

MAX_PAYLOAD_BYTES = 8 * 2**20
MAX_PARCEL_BYTES = MAX_PAYLOAD_BYTES + 4_096
"""A payload with its wrapping."""
MESSAGE_TYPE = "query.plm"
"""The one type of message that our nodes read. Flower only carries types that begin like its own,
all of which mean: run the app that belongs to this message."""

_PAYLOAD = "payload"
_REFUSAL = "refusal"
_NONCE = "nonce"
_MAX_REFUSAL_CHARS = 200


class MalformedParcelError(Exception):
    """These bytes are not a parcel. The message is fixed text."""


class PeerRefusedError(Exception):
    """The other side answered that it will not do this; its reason, in its own words."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One object for the SuperLink's store."""

    name: str
    """SHA-256 of the content, in hexadecimal."""
    content: bytes


def wrap(payload: bytes) -> Parcel:
    """A parcel with this payload. Raises `ValueError` where it is too large."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError(f"a payload may have {MAX_PAYLOAD_BYTES:,} bytes, not {len(payload):,}")
    return _parcel(_PAYLOAD, payload)


def wrap_refusal(reason: str) -> Parcel:
    """A parcel that says why there is no answer."""
    return _parcel(_REFUSAL, reason[:_MAX_REFUSAL_CHARS])


def unwrap(name: str, content: bytes) -> bytes:
    """The payload of a parcel.

    Raises `MalformedParcelError`, whatever the bytes are, and `PeerRefusedError` for a refusal.
    """
    if len(content) > MAX_PARCEL_BYTES:
        raise MalformedParcelError("too large")
    if hashlib.sha256(content).hexdigest() != name:
        raise MalformedParcelError("not what its name says")
    try:
        record = dict(ConfigRecord.inflate(content))
    except (ValueError, TypeError, AttributeError, DecodeError):
        raise MalformedParcelError("not a record") from None
    refusal = record.get(_REFUSAL)
    if isinstance(refusal, str) and record.keys() == {_REFUSAL, _NONCE}:
        raise PeerRefusedError(refusal[:_MAX_REFUSAL_CHARS])
    payload = record.get(_PAYLOAD)
    if not isinstance(payload, bytes) or record.keys() != {_PAYLOAD, _NONCE}:
        raise MalformedParcelError("not one payload")
    return payload


def _parcel(key: str, value: bytes | str) -> Parcel:
    content = ConfigRecord({key: value, _NONCE: secrets.token_bytes(16)}).deflate()
    return Parcel(hashlib.sha256(content).hexdigest(), content)
