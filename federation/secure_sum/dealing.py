"""A member's secrets of one round: what they mask, and how they are dealt out among the others."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from federation.secure_sum.agreement import commitment, pairwise_seed, seal, self_seed, unseal
from federation.secure_sum.errors import FaultError, Reason
from federation.secure_sum.masks import Vector, add_mask, remove_mask
from federation.secure_sum.messages import Delivery, Shares
from federation.secure_sum.parameters import statement
from federation.secure_sum.roster import Seating
from federation.secure_sum.shamir import SECRET_BYTES, SHARE_BYTES, split


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Fresh for each round."""

    sealing: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    """Never leaves, not even in shares."""
    masking: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    """The server may learn this, if the member is lost after it dealt shares ..."""
    own: bytes = field(default_factory=lambda: secrets.token_bytes(SECRET_BYTES))
    """... or this, if its vector is in the sum; and never both."""


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """One holder's shares of one member's two secrets."""

    key: bytes
    secret: bytes

    def one(self, *, survived: bool) -> bytes:
        """The share to reveal of a member: only here is it decided which."""
        return self.secret if survived else self.key


def deal(mine: Secrets, seating: Seating, seat: int, threshold: int) -> tuple[Shares, Pair]:
    """What goes out, and the pair that the member keeps of itself."""
    keys = split(mine.masking.private_bytes_raw(), threshold, seating.seats)
    owns = split(mine.own, threshold, seating.seats)
    transcript = seating.transcript
    sealed = [
        seal(mine.sealing, at.sealing_key, transcript, (seat, other), key + own)
        for other, at, key, own in zip(seating.seats, seating.members, keys, owns, strict=True)
        if other != seat
    ]
    message = Shares(
        seat,
        tuple(sealed),
        _digests(keys, seating, seat, survived=False),
        _digests(owns, seating, seat, survived=True),
        commitment(mine.own, transcript, seat),
    )
    return message, Pair(keys[seat - 1], owns[seat - 1])


def open_delivery(
    mine: Secrets, seating: Seating, seat: int, delivery: Delivery
) -> dict[int, Pair]:
    """The pairs of everybody else who dealt shares. Raises `FaultError` if one was not meant so."""
    senders = [sender for sender in delivery.sharers if sender != seat]
    if len(senders) != len(delivery.sealed):
        raise FaultError(Reason.LENGTH)
    held = {}
    for sender, sealed in zip(senders, delivery.sealed, strict=True):
        key = seating.at(sender).sealing_key
        text = unseal(mine.sealing, key, seating.transcript, (sender, seat), sealed)
        held[sender] = Pair(text[:SHARE_BYTES], text[SHARE_BYTES:])
    return held


def share_digest(share: bytes, transcript: bytes, owner: int, holder: int, survived: bool) -> bytes:
    """By which the server knows a share when it is revealed, so that nobody can spoil the sum by
    revealing a wrong one. Beyond the paper; it tells nothing of 256 random bits."""
    places = (owner.to_bytes(4, "little"), holder.to_bytes(4, "little"))
    return statement("secret's share" if survived else "key's share", transcript, *places, share)


def add_own_mask(vector: Vector, own: bytes, seating: Seating, seat: int) -> None:
    """In place."""
    add_mask(vector, self_seed(own, seating.transcript, seat))


def remove_own_mask(vector: Vector, own: bytes, seating: Seating, seat: int) -> None:
    """In place."""
    remove_mask(vector, self_seed(own, seating.transcript, seat))


def add_pairwise_masks(
    vector: Vector, masking: X25519PrivateKey, seating: Seating, seat: int, others: Iterable[int]
) -> None:
    """In place: with each other member a mask that the one adds and the other subtracts."""
    for other in others:
        key = seating.at(other).masking_key
        seed = pairwise_seed(masking, key, seating.transcript, (seat, other))
        (add_mask if seat < other else remove_mask)(vector, seed)


def _digests(
    shares: list[bytes], seating: Seating, owner: int, *, survived: bool
) -> tuple[bytes, ...]:
    pairs = zip(seating.seats, shares, strict=True)
    return tuple(
        share_digest(share, seating.transcript, owner, holder, survived) for holder, share in pairs
    )
