"""How the server takes the masks off the sum, once enough members revealed their shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from federation.secure_sum.agreement import commitment
from federation.secure_sum.dealing import add_pairwise_masks, remove_own_mask, share_digest
from federation.secure_sum.errors import FaultError, Reason, UnrecoverableError
from federation.secure_sum.masks import Vector
from federation.secure_sum.messages import Shares, Unmasking
from federation.secure_sum.roster import Seating
from federation.secure_sum.shamir import join, weights


@dataclass(frozen=True, slots=True)
class Dealt:
    """What the server knows when shares are revealed."""

    seating: Seating
    shares: Mapping[int, Shares]
    """By the seat of who dealt them out."""
    sharers: tuple[int, ...]
    survivors: tuple[int, ...]
    """Whose vectors are in the sum."""

    def check(self, said: Unmasking) -> None:
        """Raise `FaultError` unless these are the shares that this member was dealt."""
        if len(said.shares) != len(self.sharers):
            raise FaultError(Reason.LENGTH)
        lived = set(self.survivors)
        for owner, share in zip(self.sharers, said.shares, strict=True):
            dealt, survived = self.shares[owner], owner in lived
            known = (dealt.secret_digests if survived else dealt.key_digests)[said.seat - 1]
            transcript = self.seating.transcript
            if share_digest(share, transcript, owner, said.seat, survived) != known:
                raise FaultError(Reason.SHARE)

    def unmask(self, total: Vector, revealed: Mapping[int, Sequence[bytes]]) -> None:
        """Make the sum of masked vectors the sum of vectors, in place.

        ``revealed``: as many members' shares as the threshold says, by seat, each in the order of
        the sharers. One mask per survivor, and one per pair of a survivor and somebody lost.
        Raises `UnrecoverableError`; what ``total`` holds then is of no use.
        """
        counts = weights(list(revealed))
        for owner, shares in zip(self.sharers, zip(*revealed.values(), strict=True), strict=True):
            secret = self._join(owner, shares, counts)
            if owner in self.survivors:
                self._check_secret(owner, secret)
                remove_own_mask(total, secret, self.seating, owner)
            else:
                # What the lost member would have added cancels what the others did.
                key = self._masking_key(owner, secret)
                add_pairwise_masks(total, key, self.seating, owner, self.survivors)

    def _join(self, owner: int, shares: Sequence[bytes], counts: Sequence[int]) -> bytes:
        try:
            return join(shares, counts)
        except ValueError:
            raise self._lost(owner) from None

    def _check_secret(self, owner: int, secret: bytes) -> None:
        known = self.shares[owner].commitment
        if commitment(secret, self.seating.transcript, owner) != known:
            raise self._lost(owner)

    def _masking_key(self, owner: int, secret: bytes) -> X25519PrivateKey:
        key = X25519PrivateKey.from_private_bytes(secret)
        if key.public_key().public_bytes_raw() != self.seating.at(owner).masking_key:
            raise self._lost(owner)
        return key

    def _lost(self, owner: int) -> UnrecoverableError:
        return UnrecoverableError(self.seating.at(owner).node)
