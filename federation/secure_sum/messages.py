"""What travels: one byte of version, then one msgpack array. Nothing else leaves a member.

The server asks with `Invitation`, `Roster`, `Delivery`, `Survivors` and `Confirmations`; a member
answers with a `Signed` that holds `Advertisement`, `Shares`, `MaskedInput`, `Confirmation` and
`Unmasking`. After the roster a member is its seat: its place there, counted from 1.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation.identity import Certificate, Identity, Key, Signature
from federation.secure_sum.agreement import SEALED_BYTES
from federation.secure_sum.errors import FaultError, Reason
from federation.secure_sum.parameters import MAX_MEMBERS, Parameters, statement
from federation.secure_sum.shamir import SHARE_BYTES

PROTOCOL_VERSION = 1

Digest = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Seat = Annotated[int, msgspec.Meta(ge=1, le=MAX_MEMBERS)]
Sealed = Annotated[bytes, msgspec.Meta(min_length=SEALED_BYTES, max_length=SEALED_BYTES)]
Share = Annotated[bytes, msgspec.Meta(min_length=SHARE_BYTES, max_length=SHARE_BYTES)]


class Message(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, tag=True):
    """Anything that travels. Its contents are never shown."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Invitation(Message, frozen=True, tag=True):
    """To take part in a round."""

    parameters: Parameters


class Advertisement(Message, frozen=True, tag=True):
    """A member, and its two X25519 keys for this round."""

    certificate: Certificate
    sealing_key: Key
    masking_key: Key


class Signed(Message, frozen=True, tag=True):
    """What a member says, with its signature over that, its kind and the round."""

    body: bytes
    """Another message, encoded."""
    signature: Signature


class Roster(Message, frozen=True, tag=True):
    """Everybody who advertised keys."""

    parameters: Digest
    advertisements: tuple[Signed, ...]


class Shares(Message, frozen=True, tag=True):
    """A member's two secrets, dealt out."""

    seat: Seat
    sealed: tuple[Sealed, ...]
    """One for each other seat, in order: its share of the masking key, then of the secret."""
    key_digests: tuple[Digest, ...]
    """Of each seat's share of the masking key, by which the server knows it again."""
    secret_digests: tuple[Digest, ...]
    commitment: Digest
    """To the secret of the self mask."""


class Delivery(Message, frozen=True, tag=True):
    """What others sealed for one member."""

    transcript: Digest
    sharers: tuple[Seat, ...]
    """Everybody whose shares arrived, this member included."""
    sealed: tuple[Sealed, ...]
    """One from each other sharer, in order."""


class MaskedInput(Message, frozen=True, tag=True):
    """A member's vector under all of its masks."""

    seat: Seat
    vector: bytes
    """Little-endian."""


class Survivors(Message, frozen=True, tag=True):
    """Everybody whose masked vector arrived."""

    transcript: Digest
    survivors: tuple[Seat, ...]


class Confirmation(Message, frozen=True, tag=True):
    """One member's word on who dealt shares and whose vectors are summed."""

    seat: Seat
    sharers: tuple[Seat, ...]
    survivors: tuple[Seat, ...]


class Confirmations(Message, frozen=True, tag=True):
    """The survivors again, and who signed that it is these."""

    transcript: Digest
    survivors: tuple[Seat, ...]
    seats: tuple[Seat, ...]
    signatures: tuple[Signature, ...]
    """Over the `Confirmation` of each of ``seats``, in order."""


class Unmasking(Message, frozen=True, tag=True):
    """One share from each sharer: of a survivor's secret, or of the masking key of one lost."""

    seat: Seat
    shares: tuple[Share, ...]


M = TypeVar("M", bound=Message)

# Bytes for everything in a message whose size does not grow with the round.
_FIXED_BYTES = 1_024
_BYTES_PER_MEMBER: dict[type[Message], int] = {
    Roster: 512,
    Shares: SEALED_BYTES + 2 * 32 + 8,
    Delivery: SEALED_BYTES + 8,
    Survivors: 4,
    Confirmation: 8,
    Confirmations: 64 + 12,
    Unmasking: SHARE_BYTES + 4,
}


def limit_of(kind: type[Message], parameters: Parameters) -> int:
    """The most bytes that such a message can have in such a round."""
    vector = parameters.vector_bytes if kind is MaskedInput else 0
    return _FIXED_BYTES + _BYTES_PER_MEMBER.get(kind, 0) * parameters.members + vector


def encode(message: Message) -> bytes:
    """One frame."""
    return bytes([PROTOCOL_VERSION]) + encode_body(message)


def encode_body(message: Message) -> bytes:
    """A message as it stands in a frame or in a `Signed`: the same message, the same bytes."""
    return msgspec.msgpack.encode(message)


def decode(frame: bytes, kind: type[M], limit: int) -> M:
    """Read a frame of at most ``limit`` bytes, or raise `FaultError`."""
    if len(frame) > limit:
        raise FaultError(Reason.OVERSIZED)
    if frame[:1] != bytes([PROTOCOL_VERSION]):
        raise FaultError(Reason.VERSION if frame else Reason.UNREADABLE)
    return decode_body(memoryview(frame)[1:], kind)


def decode_body(body: bytes | memoryview, kind: type[M]) -> M:
    """Read a message of this kind, or raise `FaultError`."""
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except (ValueError, RecursionError):  # ValueError: not msgpack, wrong types, bad Unicode
        # The cause is dropped on purpose: its text can hold what was sent.
        raise FaultError(Reason.UNREADABLE) from None


def read_invitation(frame: bytes) -> Parameters:
    """The parameters of a round, or `FaultError`."""
    return decode(frame, Invitation, _FIXED_BYTES).parameters


def sign(identity: Identity, context: bytes, message: Message) -> Signed:
    """A message as its sender's. ``context``: the parameters' digest or the transcript."""
    body = encode_body(message)
    return Signed(body, identity.key.sign(_signable(type(message), context, body)))


def check_signature(
    key: Ed25519PublicKey, context: bytes, kind: type[Message], signed: Signed
) -> None:
    """Raise `FaultError` unless the holder of ``key`` signed it as such a message of this round."""
    try:
        key.verify(signed.signature, _signable(kind, context, signed.body))
    except InvalidSignature:
        raise FaultError(Reason.SIGNATURE) from None


def _signable(kind: type[Message], context: bytes, body: bytes) -> bytes:
    return statement(f"signed {kind.__name__}", context, body)
