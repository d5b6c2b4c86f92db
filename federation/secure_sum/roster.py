"""Who sits at the table of one round, in which seat, with which keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation.identity import CertificateError, Trust, verify
from federation.secure_sum.agreement import is_weak
from federation.secure_sum.errors import FaultError, Reason
from federation.secure_sum.messages import Advertisement, Signed, check_signature, decode_body
from federation.secure_sum.parameters import Parameters, statement


@dataclass(frozen=True, slots=True)
class Member:
    """A member of one round, as its signed advertisement says."""

    node: str
    identity: Ed25519PublicKey
    sealing_key: bytes
    masking_key: bytes
    signed: Signed


@dataclass(frozen=True, slots=True)
class Seating:
    """Everybody who takes part."""

    members: tuple[Member, ...]
    """By name. The seats count from 1, as Shamir's scheme needs it."""
    transcript: bytes
    """32 bytes that stand for the parameters and for all of these keys."""

    @property
    def seats(self) -> range:
        """All of them."""
        return range(1, len(self.members) + 1)

    def at(self, seat: int) -> Member:
        """Who sits there."""
        return self.members[seat - 1]

    def seat_of(self, node: str) -> int:
        """Where this node sits; `FaultError` if nowhere."""
        for seat, member in zip(self.seats, self.members, strict=True):
            if member.node == node:
                return seat
        raise FaultError(Reason.ABSENT)


def read_advertisement(signed: Signed, parameters: bytes, trust: Trust) -> Member:
    """Raises `FaultError` unless a member of the community advertised this for these parameters."""
    said = decode_body(signed.body, Advertisement)
    try:
        identity = verify(said.certificate, trust)
    except CertificateError:
        raise FaultError(Reason.CERTIFICATE) from None
    check_signature(identity, parameters, Advertisement, signed)
    if is_weak(said.sealing_key) or is_weak(said.masking_key):
        raise FaultError(Reason.WEAK_KEY)
    return Member(said.certificate.node, identity, said.sealing_key, said.masking_key, signed)


def seated(members: Iterable[Member], parameters: Parameters) -> Seating:
    """Raises `FaultError` for too many, too few, and for two that share a name or a key."""
    ordered = sorted(members, key=lambda member: member.node)
    if len(ordered) > parameters.members:
        raise FaultError(Reason.CROWDED)
    if len(ordered) < parameters.threshold:
        raise FaultError(Reason.TOO_FEW)
    check_distinct(ordered)
    advertised = (part for one in ordered for part in (one.signed.body, one.signed.signature))
    return Seating(tuple(ordered), statement("transcript", parameters.digest(), *advertised))


def check_distinct(members: Sequence[Member]) -> None:
    """Raise `FaultError` if two of them are one, or one took over a key of another."""
    if len({member.node for member in members}) < len(members):
        raise FaultError(Reason.DUPLICATE_NODE)
    if len({member.identity.public_bytes_raw() for member in members}) < len(members):
        raise FaultError(Reason.DUPLICATE_IDENTITY)
    keys = {key for member in members for key in (member.sealing_key, member.masking_key)}
    if len(keys) < 2 * len(members):
        raise FaultError(Reason.DUPLICATE_KEY)


def check_seats(seats: Sequence[int], possible: Iterable[int], threshold: int) -> None:
    """Raise `FaultError` unless these are enough of those possible, in order, each one once."""
    if any(first >= second for first, second in pairwise(seats)):
        raise FaultError(Reason.UNORDERED)
    if not set(seats) <= set(possible):
        raise FaultError(Reason.UNKNOWN_SEAT)
    if len(seats) < threshold:
        raise FaultError(Reason.TOO_FEW)
