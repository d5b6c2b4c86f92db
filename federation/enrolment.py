"""How a node is let in, and leaves: what it sends to its community's coordinator, and the answer.

A node has two keys. With the transport key (P-384) it shows Flower who it is; with the identity key
(Ed25519) it signs what other members see. It proves that it holds both, each over the other and
over the community's name: so nobody can enrol with half of somebody else's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from federation.identity import Certificate, Key, Signature
from federation.release import MOST_BYTES
from federation.signatures import public_pem

PATH = "/enrol"
REFUSED = "Plm-Refused"
"""A header of the answer where a coordinator has refused, and not a proxy before it."""
LARGEST_REQUEST = 4_096
LARGEST_ANSWER = MOST_BYTES + 4_096
_LABEL = b"plm enrolment 1\0"
_LEAVING = b"plm leaving 1\0"
_ALGORITHM = ec.ECDSA(hashes.SHA256())
_UNPROVEN = "the keys are not proven"


class EnrolmentFormatError(ValueError):
    """What came is no enrolment, or proves nothing. The text is fixed."""


class Enrolment(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag=True):
    """What a node sends."""

    token: Annotated[str, msgspec.Meta(max_length=200)]
    """From its invitation."""
    transport: Annotated[bytes, msgspec.Meta(max_length=400)]
    """PEM, public."""
    identity: Key
    transport_proof: Annotated[bytes, msgspec.Meta(max_length=120)]
    """By the transport key, over the statement (ECDSA with SHA-256, DER)."""
    identity_proof: Signature
    """By the identity key, over the statement."""

    def __repr__(self) -> str:
        return "<Enrolment>"


class Leaving(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag=True):
    """What a node sends last: it is to be forgotten. Sent again, it finds nothing to forget."""

    identity: Key
    identity_proof: Signature

    def __repr__(self) -> str:
        return "<Leaving>"


class Enrolled(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag=True):
    """What it is answered."""

    certificate: Certificate
    """Its ``node`` is the id by which Flower knows the node, in decimal digits."""
    release: bytes
    """The newest one, as `federation.release.encode` packs it."""

    def __repr__(self) -> str:
        return "<Enrolled>"


_REQUEST: msgspec.msgpack.Decoder[Enrolment | Leaving] = msgspec.msgpack.Decoder(
    Enrolment | Leaving
)


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """A node's own, secret."""

    transport: ec.EllipticCurvePrivateKey
    identity: Ed25519PrivateKey

    @classmethod
    def new(cls) -> Keys:
        """Two fresh ones."""
        return cls(ec.generate_private_key(ec.SECP384R1()), Ed25519PrivateKey.generate())


def enrolment(keys: Keys, community: str, token: str) -> Enrolment:
    """A node's, with its proofs."""
    transport = public_pem(keys.transport)
    identity = keys.identity.public_key().public_bytes_raw()
    statement = _statement(community, transport, identity)
    return Enrolment(
        token=token,
        transport=transport,
        identity=identity,
        transport_proof=keys.transport.sign(statement, _ALGORITHM),
        identity_proof=keys.identity.sign(statement),
    )


def leaving(identity: Ed25519PrivateKey, community: str) -> Leaving:
    """A node's, with its proof."""
    public = identity.public_key().public_bytes_raw()
    return Leaving(public, identity.sign(_leaving_statement(community, public)))


def check_proofs(request: Enrolment | Leaving, community: str) -> None:
    """Raises `EnrolmentFormatError` unless whoever made this holds the keys that it is about."""
    if isinstance(request, Leaving):
        _check_identity(request, _leaving_statement(community, request.identity))
        return
    statement = _statement(community, request.transport, request.identity)
    transport = _transport_key(request.transport)
    try:
        transport.verify(request.transport_proof, statement, _ALGORITHM)
    except (InvalidSignature, ValueError):
        raise EnrolmentFormatError(_UNPROVEN) from None
    _check_identity(request, statement)


def encode(message: Enrolment | Leaving | Enrolled) -> bytes:
    """As it travels."""
    return msgspec.msgpack.encode(message)


def read_request(packed: bytes) -> Enrolment | Leaving:
    """On the coordinator; nothing is proven yet. Raises `EnrolmentFormatError`."""
    if len(packed) > LARGEST_REQUEST:
        raise EnrolmentFormatError("this is no enrolment")
    try:
        return _REQUEST.decode(packed)
    except (ValueError, RecursionError):
        raise EnrolmentFormatError("this is no enrolment") from None


def read_enrolled(packed: bytes) -> Enrolled:
    """On the node; nothing is verified yet. Raises `EnrolmentFormatError`."""
    try:
        return msgspec.msgpack.decode(packed, type=Enrolled)
    except (ValueError, RecursionError):
        raise EnrolmentFormatError("this is no answer to an enrolment") from None


def _statement(community: str, transport: bytes, identity: bytes) -> bytes:
    # Unambiguous: every value of msgpack says where it ends.
    return _LABEL + msgspec.msgpack.encode((community, transport, identity))


def _leaving_statement(community: str, identity: bytes) -> bytes:
    return _LEAVING + msgspec.msgpack.encode((community, identity))


def _check_identity(request: Enrolment | Leaving, statement: bytes) -> None:
    try:
        identity = Ed25519PublicKey.from_public_bytes(request.identity)
        identity.verify(request.identity_proof, statement)
    except (InvalidSignature, ValueError):
        raise EnrolmentFormatError(_UNPROVEN) from None


def _transport_key(pem: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if (
        isinstance(key, ec.EllipticCurvePublicKey)
        and isinstance(key.curve, ec.SECP384R1)
        # Flower compares the text: one key shall not be written in two ways.
        and key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) == pem
    ):
        return key
    raise EnrolmentFormatError("this is no key of the right kind")
