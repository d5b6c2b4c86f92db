"""Who belongs to a community: certificates that its enrolment authority signs.

A member makes an Ed25519 key (RFC 8032) and keeps it. The authority signs a certificate for its
public half. Every member pinned the authority's public key when it joined, and so can tell members
from others without asking the server that carries the messages. The promise is as good as the
authority: one that enrols members that do not exist can fill a cohort with them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# Room for two clocks that are each a day off, in opposite directions.
LEEWAY_S = 2 * 86_400

_LABEL = b"plm certificate 1\0"

NodeId = Annotated[str, msgspec.Meta(pattern=r"\A[0-9A-Za-z_-]{1,64}\Z")]
Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Signature = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
Moment = Annotated[int, msgspec.Meta(ge=0, lt=2**40)]
"""Seconds since 1970."""


class CertificateError(ValueError):
    """A certificate that proves nothing. The text is fixed."""


class Certificate(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The authority's word that this key is this node's."""

    node: NodeId
    key: Key
    """Ed25519, public."""
    not_before: Moment
    not_after: Moment
    signature: Signature
    """The authority's, over everything above."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A member's own key, with what proves to others that it is a member's."""

    key: Ed25519PrivateKey = field(repr=False)
    certificate: Certificate

    def __post_init__(self) -> None:
        if self.key.public_key().public_bytes_raw() != self.certificate.key:
            raise CertificateError("the certificate is for another key")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to believe, and what time it is."""

    authority: Ed25519PublicKey
    """Pinned when the member joined."""
    now: float
    """Seconds since 1970; a round is short, so one reading of the clock does for all of it."""
    leeway: float = LEEWAY_S


def issue(
    authority: Ed25519PrivateKey, *, node: str, key: bytes, not_before: int, not_after: int
) -> Certificate:
    """Enrol a node. Raises `CertificateError` for what no certificate can say."""
    signature = authority.sign(_statement(node, key, not_before, not_after))
    certificate = Certificate(node, key, not_before, not_after, signature)
    try:
        msgspec.msgpack.decode(msgspec.msgpack.encode(certificate), type=Certificate)
        Ed25519PublicKey.from_public_bytes(key)
    except ValueError:
        raise CertificateError("this is no node or no key") from None
    if not_before >= not_after:
        raise CertificateError("the certificate would never be valid")
    return certificate


def verify(certificate: Certificate, trust: Trust) -> Ed25519PublicKey:
    """The node's key, if the authority vouches for it now; else `CertificateError`."""
    said = (certificate.node, certificate.key, certificate.not_before, certificate.not_after)
    try:
        trust.authority.verify(certificate.signature, _statement(*said))
        key = Ed25519PublicKey.from_public_bytes(certificate.key)
    except (InvalidSignature, ValueError):
        raise CertificateError("this community did not issue the certificate") from None
    if trust.now < certificate.not_before - trust.leeway:
        raise CertificateError("the certificate is not valid yet")
    if trust.now > certificate.not_after + trust.leeway:
        raise CertificateError("the certificate is no longer valid")
    return key


def _statement(node: str, key: bytes, not_before: int, not_after: int) -> bytes:
    # Unambiguous: every value of msgpack says where it ends.
    return _LABEL + msgspec.msgpack.encode((node, key, not_before, not_after))
