"""A member's side of one round. It trusts no server; whatever is odd ends the round for it.

After Bonawitz et al., "Practical Secure Aggregation for Privacy-Preserving Machine Learning"
(2017), figure 4, with the parts against active adversaries. Bytes go in, bytes come out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from federation.identity import Identity, Trust
from federation.secure_sum.dealing import (
    Pair,
    Secrets,
    add_own_mask,
    add_pairwise_masks,
    deal,
    open_delivery,
)
from federation.secure_sum.errors import FaultError, Phase, Reason, RefusedError
from federation.secure_sum.masks import Vector
from federation.secure_sum.messages import (
    Advertisement,
    Confirmation,
    Confirmations,
    Delivery,
    MaskedInput,
    Message,
    Roster,
    Signed,
    Survivors,
    Unmasking,
    check_signature,
    decode,
    encode,
    encode_body,
    limit_of,
    read_invitation,
    sign,
)
from federation.secure_sum.parameters import Parameters, check_threshold
from federation.secure_sum.roster import Seating, check_seats, read_advertisement, seated

M = TypeVar("M", bound=Message)


class SeenRounds(Protocol):
    """Where the caller keeps which rounds a member took part in, also over restarts."""

    def remember(self, round_id: bytes) -> bool:
        """Keep it, for good; false if it was there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a member insists on."""

    trust: Trust
    smallest: int
    """Of how many members a sum has to be, at least, before anybody may see it."""
    subject: bytes = b""
    """What the round has to be about: `Parameters.subject`."""


class Participant:
    """One member in one round: the five methods, in order, once each.

    Every one raises `RefusedError` if the server asks for what a member does not do, and then the
    round is over here: nothing can be asked again in other words. One vector should be given to one
    round only, also if that failed: the difference of two sums can be one member.
    """

    _parameters: Parameters
    _digest: bytes
    _secrets: Secrets
    _advertised: Signed
    _seating: Seating
    _seat: int
    _held: dict[int, Pair]
    _sharers: tuple[int, ...]
    _survivors: tuple[int, ...]

    def __init__(self, identity: Identity, terms: Terms, seen: SeenRounds) -> None:
        self._identity = identity
        self._terms = terms
        self._seen = seen
        self._phase = Phase.ADVERTISE

    @property
    def phase(self) -> Phase:
        """What comes next."""
        return self._phase

    @property
    def parameters(self) -> Parameters:
        """Of the round, once it began."""
        return self._parameters

    def advertise(self, invitation: bytes) -> bytes:
        """Phase 0: take part, with fresh keys."""
        with self._step(Phase.ADVERTISE):
            self._parameters = self._agreeable(read_invitation(invitation))
            self._digest = self._parameters.digest()
            self._secrets = Secrets()
            advertisement = Advertisement(
                self._identity.certificate,
                self._secrets.sealing.public_key().public_bytes_raw(),
                self._secrets.masking.public_key().public_bytes_raw(),
            )
            self._advertised = sign(self._identity, self._digest, advertisement)
            return encode(self._advertised)

    def share(self, roster: bytes) -> bytes:
        """Phase 1: see who takes part, and deal out the secrets among them."""
        with self._step(Phase.SHARE):
            said = self._read(roster, Roster)
            if said.parameters != self._digest:
                raise FaultError(Reason.CONTEXT)
            if len(said.advertisements) > self._parameters.members:
                raise FaultError(Reason.CROWDED)
            trust = self._terms.trust
            members = [read_advertisement(one, self._digest, trust) for one in said.advertisements]
            self._seating = seated(members, self._parameters)
            self._seat = self._seating.seat_of(self._identity.certificate.node)
            if self._seating.at(self._seat).signed != self._advertised:
                raise FaultError(Reason.ALTERED)
            message, own = deal(
                self._secrets, self._seating, self._seat, self._parameters.threshold
            )
            self._held = {self._seat: own}
            return self._signed(message)

    def mask(self, delivery: bytes, give: Callable[[], Vector]) -> bytes:
        """Phase 2: take in the others' shares, and hand out the vector under all masks. It is
        asked for when nothing can be wrong any more with what arrived.

        Raises `ValueError` for a vector that is not of this round's length and width.
        """
        with self._step(Phase.MASK):
            said = self._read(delivery, Delivery)
            self._check_transcript(said.transcript)
            self._check_seats(said.sharers, tuple(self._seating.seats))
            opened = open_delivery(self._secrets, self._seating, self._seat, said)
            self._held = self._held | opened
            self._sharers = said.sharers
            return self._signed(MaskedInput(self._seat, self._masked(give()).tobytes()))

    def confirm(self, survivors: bytes) -> bytes:
        """Phase 3: sign whose vectors are summed. Never another list after this one."""
        with self._step(Phase.CONFIRM):
            said = self._read(survivors, Survivors)
            self._check_transcript(said.transcript)
            self._check_seats(said.survivors, self._sharers)
            self._survivors = said.survivors
            return self._signed(Confirmation(self._seat, self._sharers, self._survivors))

    def unmask(self, confirmations: bytes) -> bytes:
        """Phase 4: reveal one share of each member, if enough signed the same list of survivors.

        Of which secret follows from that list alone; nobody can ask for both.
        """
        with self._step(Phase.UNMASK):
            said = self._read(confirmations, Confirmations)
            self._check_transcript(said.transcript)
            if said.survivors != self._survivors:
                raise FaultError(Reason.CONTRADICTION)
            self._check_confirmations(said)
            lived = set(self._survivors)
            shares = (self._held[one].one(survived=one in lived) for one in self._sharers)
            return self._signed(Unmasking(self._seat, tuple(shares)))

    @contextmanager
    def _step(self, phase: Phase) -> Iterator[None]:
        is_due = self._phase is phase
        # Over until it went well: an error of any kind cannot be tried again.
        self._phase = Phase.OVER
        if not is_due:
            raise RefusedError(Reason.OUT_OF_PHASE)
        try:
            yield
        except FaultError as fault:
            raise RefusedError(fault.reason) from None
        self._phase = Phase(phase + 1)

    def _agreeable(self, parameters: Parameters) -> Parameters:
        check_threshold(parameters)
        if parameters.threshold < self._terms.smallest:
            raise FaultError(Reason.TOO_SMALL)
        if parameters.subject != self._terms.subject:
            raise FaultError(Reason.SUBJECT)
        if not self._seen.remember(parameters.round):
            raise FaultError(Reason.SEEN_BEFORE)
        return parameters

    def _masked(self, vector: Vector) -> Vector:
        dtype = self._parameters.dtype
        if vector.dtype != dtype or vector.shape != (self._parameters.length,):
            raise ValueError("the vector is not of this round's length and width")
        masked = np.array(vector, dtype)
        others = (other for other in self._sharers if other != self._seat)
        add_own_mask(masked, self._secrets.own, self._seating, self._seat)
        add_pairwise_masks(masked, self._secrets.masking, self._seating, self._seat, others)
        return masked

    def _check_confirmations(self, said: Confirmations) -> None:
        if len(said.seats) != len(said.signatures):
            raise FaultError(Reason.LENGTH)
        check_seats(said.seats, self._survivors, self._parameters.threshold)
        for signer, signature in zip(said.seats, said.signatures, strict=True):
            confirmation = Confirmation(signer, self._sharers, self._survivors)
            signed = Signed(encode_body(confirmation), signature)
            key = self._seating.at(signer).identity
            check_signature(key, self._seating.transcript, Confirmation, signed)

    def _check_seats(self, seats: tuple[int, ...], possible: tuple[int, ...]) -> None:
        check_seats(seats, possible, self._parameters.threshold)
        if self._seat not in seats:
            raise FaultError(Reason.ABSENT)

    def _check_transcript(self, transcript: bytes) -> None:
        if transcript != self._seating.transcript:
            raise FaultError(Reason.CONTEXT)

    def _read(self, frame: bytes, kind: type[M]) -> M:
        return decode(frame, kind, limit_of(kind, self._parameters))

    def _signed(self, message: Message) -> bytes:
        return encode(sign(self._identity, self._seating.transcript, message))
