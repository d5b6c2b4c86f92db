"""What two members keep between them: X25519 (RFC 7748), then HKDF-SHA256 (RFC 5869).

Every key is bound to the transcript of the round (its parameters and its whole roster, public
keys included), to a purpose and to two seats in an order. So no key serves twice.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from federation.secure_sum.errors import FaultError, Reason
from federation.secure_sum.parameters import statement
from federation.secure_sum.shamir import SHARE_BYTES

SEALED_BYTES = 2 * SHARE_BYTES + 16
# A sealing key is for one message, from one member to another in one round.
_NONCE = bytes(12)
_CURVE_PRIME = 2**255 - 19
# Any key does: the points of small order give zero with every one.
_PROBE = X25519PrivateKey.from_private_bytes(bytes(32))


def pairwise_seed(
    own: X25519PrivateKey, other: bytes, transcript: bytes, seats: tuple[int, int]
) -> bytes:
    """The seed of the mask that two members share; either order of seats gives the same."""
    return _agree("pairwise mask", own, other, transcript, (min(seats), max(seats)))


def self_seed(secret: bytes, transcript: bytes, seat: int) -> bytes:
    """The seed of the mask that a member has alone."""
    return _derive("self mask", secret, transcript, (seat,))


def commitment(secret: bytes, transcript: bytes, seat: int) -> bytes:
    """By which the server can tell, later, that it recovered this member's secret and no other.

    Beyond the paper; it tells nothing of a secret of 32 random bytes.
    """
    return _derive("commitment", secret, transcript, (seat,))


def seal(
    own: X25519PrivateKey, other: bytes, transcript: bytes, seats: tuple[int, int], text: bytes
) -> bytes:
    """Encrypt and authenticate from the first seat to the second (ChaCha20-Poly1305, RFC 8439)."""
    key = _agree("sealing", own, other, transcript, seats)
    return ChaCha20Poly1305(key).encrypt(_NONCE, text, _bound(transcript, seats))


def unseal(
    own: X25519PrivateKey, other: bytes, transcript: bytes, seats: tuple[int, int], sealed: bytes
) -> bytes:
    """What the first seat sealed for the second. Raises `FaultError` for anything else."""
    key = _agree("sealing", own, other, transcript, seats)
    try:
        return ChaCha20Poly1305(key).decrypt(_NONCE, sealed, _bound(transcript, seats))
    except InvalidTag:
        raise FaultError(Reason.SEALED) from None


def is_weak(public: bytes) -> bool:
    """Whether agreeing with this key gives a secret that everybody knows, or the key is written
    in a second way, under which it could be there twice."""
    if int.from_bytes(public, "little") >= _CURVE_PRIME:
        return True
    try:
        _PROBE.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        return True
    return False


def _agree(
    purpose: str, own: X25519PrivateKey, other: bytes, transcript: bytes, seats: tuple[int, ...]
) -> bytes:
    try:
        secret = own.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError:
        raise FaultError(Reason.WEAK_KEY) from None
    return _derive(purpose, secret, transcript, seats)


def _derive(purpose: str, secret: bytes, transcript: bytes, seats: tuple[int, ...]) -> bytes:
    info = statement(purpose, *map(_written, seats))
    return HKDF(algorithm=SHA256(), length=32, salt=transcript, info=info).derive(secret)


def _bound(transcript: bytes, seats: tuple[int, int]) -> bytes:
    return statement("sealed shares", transcript, *map(_written, seats))


def _written(seat: int) -> bytes:
    return seat.to_bytes(4, "little")
