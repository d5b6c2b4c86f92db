"""The server's side of one round: it collects, closes one phase after the other, and recovers the
sum. It learns that sum and who is in it.

After Bonawitz et al. (2017), figure 4. Bytes go in, bytes come out; when to close a phase is the
caller's to decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from federation.identity import Trust
from federation.secure_sum.errors import FaultError, Phase, Reason, RejectedError, TooFewError
from federation.secure_sum.masks import Vector
from federation.secure_sum.messages import (
    Advertisement,
    Confirmation,
    Confirmations,
    Delivery,
    Invitation,
    MaskedInput,
    Roster,
    Shares,
    Signed,
    Survivors,
    Unmasking,
    check_signature,
    decode,
    decode_body,
    encode,
    limit_of,
    read_invitation,
)
from federation.secure_sum.parameters import Parameters, check_threshold
from federation.secure_sum.recovery import Dealt
from federation.secure_sum.roster import Member, Seating, check_distinct, read_advertisement, seated

B = TypeVar("B", Shares, MaskedInput, Confirmation, Unmasking)


@dataclass(frozen=True, slots=True)
class Sum:
    """What came of a round."""

    vector: Vector
    """Modulo 2**bits."""
    nodes: tuple[str, ...]
    """Whose vectors are in it."""


class Summation:
    """One round: an invitation, then `receive` and `close` for each phase, then `finish`.

    A member that does not answer in time, or only with what is rejected, is dropped; the round
    goes on while as many as the threshold remain. Holds one vector, and O(members squared) shares.
    """

    _seating: Seating
    _dealt: Dealt

    def __init__(self, parameters: Parameters, trust: Trust) -> None:
        """Raises `FaultError` for parameters that no member would accept."""
        self._invitation = encode(Invitation(parameters))
        self._parameters = read_invitation(self._invitation)
        check_threshold(parameters)
        self._digest = parameters.digest()
        self._trust = trust
        self._phase = Phase.ADVERTISE
        self._advertised: list[Member] = []
        self._asked: tuple[int, ...] = ()
        self._answered: set[int] = set()
        self._shares: dict[int, Shares] = {}
        self._total = np.zeros(parameters.length, parameters.dtype)
        self._signatures: dict[int, bytes] = {}
        self._revealed: dict[int, tuple[bytes, ...]] = {}

    @property
    def phase(self) -> Phase:
        """Whose messages are taken now."""
        return self._phase

    @property
    def answered(self) -> int:
        """How many members have, in this phase."""
        return len(self._answered) if self._phase else len(self._advertised)

    @property
    def missing(self) -> frozenset[str]:
        """The nodes that may still answer; of the first phase only the caller knows them."""
        return frozenset(self._node(one) for one in self._asked if one not in self._answered)

    @property
    def is_enough(self) -> bool:
        """Whether this phase can be closed without losing the round."""
        return self.answered >= self._parameters.threshold

    def invitation(self) -> bytes:
        """For everybody who is asked to take part."""
        return self._invitation

    def receive(self, frame: bytes) -> str:
        """Take in a member's answer; says which node's it is. Raises `RejectedError`, which changes
        nothing: the member can still answer."""
        try:
            return self._take(frame)
        except FaultError as fault:
            raise RejectedError(fault.reason) from None

    def close(self) -> dict[str, bytes]:
        """End any phase but the last; what to send to each node that remains.

        Raises `TooFewError`, and then the round is over.
        """
        self._require_enough()
        asked = self._ask()
        self._phase = Phase(self._phase + 1)
        self._asked, self._answered = tuple(sorted(asked)), set()
        return {self._node(one): frame for one, frame in asked.items()}

    def finish(self) -> Sum:
        """End the last phase; the round is over.

        Raises `TooFewError`, and `UnrecoverableError` if a member dealt out wrong shares.
        """
        assert self._phase is Phase.UNMASK, "the other phases are closed first"
        self._require_enough()
        self._phase = Phase.OVER
        enough = sorted(self._revealed)[: self._parameters.threshold]
        self._dealt.unmask(self._total, {one: self._revealed[one] for one in enough})
        return Sum(self._total, tuple(self._node(one) for one in sorted(self._dealt.survivors)))

    def _take(self, frame: bytes) -> str:
        match self._phase:
            case Phase.ADVERTISE:
                return self._take_advertisement(frame)
            case Phase.SHARE:
                taken = self._take_shares(frame)
            case Phase.MASK:
                taken = self._take_vector(frame)
            case Phase.CONFIRM:
                taken = self._take_confirmation(frame)
            case Phase.UNMASK:
                taken = self._take_unmasking(frame)
            case Phase.OVER:
                raise FaultError(Reason.OUT_OF_PHASE)
        self._answered.add(taken)
        return self._node(taken)

    def _ask(self) -> dict[int, bytes]:
        match self._phase:
            case Phase.ADVERTISE:
                return self._ask_for_shares()
            case Phase.SHARE:
                return self._ask_for_vectors()
            case Phase.MASK:
                return self._ask_for_confirmations()
            case Phase.CONFIRM:
                return self._ask_for_unmasking()
        raise AssertionError("the last phase is finished, and then the round is over")

    def _take_advertisement(self, frame: bytes) -> str:
        signed = decode(frame, Signed, limit_of(Advertisement, self._parameters))
        if len(self._advertised) == self._parameters.members:
            raise FaultError(Reason.CROWDED)
        member = read_advertisement(signed, self._digest, self._trust)
        check_distinct([*self._advertised, member])
        self._advertised.append(member)
        return member.node

    def _ask_for_shares(self) -> dict[int, bytes]:
        self._seating = seated(self._advertised, self._parameters)
        advertisements = tuple(member.signed for member in self._seating.members)
        roster = encode(Roster(self._digest, advertisements))
        return dict.fromkeys(self._seating.seats, roster)

    def _take_shares(self, frame: bytes) -> int:
        said, _ = self._read(frame, Shares)
        everybody = len(self._seating.members)
        lengths = (len(said.sealed) + 1, len(said.key_digests), len(said.secret_digests))
        if lengths != (everybody,) * 3:
            raise FaultError(Reason.LENGTH)
        self._shares[said.seat] = said
        return said.seat

    def _ask_for_vectors(self) -> dict[int, bytes]:
        return {one: encode(self._delivery(one)) for one in self._shares}

    def _delivery(self, recipient: int) -> Delivery:
        sharers = tuple(sorted(self._shares))
        # A sender seals for every seat but its own.
        sealed = tuple(
            self._shares[sender].sealed[recipient - (1 if recipient < sender else 2)]
            for sender in sharers
            if sender != recipient
        )
        return Delivery(self._seating.transcript, sharers, sealed)

    def _take_vector(self, frame: bytes) -> int:
        said, _ = self._read(frame, MaskedInput)
        if len(said.vector) != self._parameters.vector_bytes:
            raise FaultError(Reason.LENGTH)
        self._total += np.frombuffer(said.vector, self._parameters.dtype)
        return said.seat

    def _ask_for_confirmations(self) -> dict[int, bytes]:
        survivors = tuple(sorted(self._answered))
        sharers = tuple(sorted(self._shares))
        self._dealt = Dealt(self._seating, self._shares, sharers, survivors)
        return dict.fromkeys(survivors, encode(Survivors(self._seating.transcript, survivors)))

    def _take_confirmation(self, frame: bytes) -> int:
        said, signature = self._read(frame, Confirmation)
        if (said.sharers, said.survivors) != (self._dealt.sharers, self._dealt.survivors):
            raise FaultError(Reason.CONTRADICTION)
        self._signatures[said.seat] = signature
        return said.seat

    def _ask_for_unmasking(self) -> dict[int, bytes]:
        seats = tuple(sorted(self._signatures))
        signatures = tuple(self._signatures[one] for one in seats)
        survivors = self._dealt.survivors
        frame = encode(Confirmations(self._seating.transcript, survivors, seats, signatures))
        return dict.fromkeys(seats, frame)

    def _take_unmasking(self, frame: bytes) -> int:
        said, _ = self._read(frame, Unmasking)
        self._dealt.check(said)
        self._revealed[said.seat] = said.shares
        return said.seat

    def _read(self, frame: bytes, kind: type[B]) -> tuple[B, bytes]:
        """A message that this member was asked for now, with its signature; else `FaultError`."""
        signed = decode(frame, Signed, limit_of(kind, self._parameters))
        said = decode_body(signed.body, kind)
        if said.seat not in self._asked:
            raise FaultError(Reason.UNKNOWN_SEAT)
        check_signature(
            self._seating.at(said.seat).identity, self._seating.transcript, kind, signed
        )
        if said.seat in self._answered:
            raise FaultError(Reason.REPEATED)
        return said, signed.signature

    def _require_enough(self) -> None:
        if not self.is_enough:
            error = TooFewError(self._phase, self.answered, self._parameters.threshold)
            self._phase = Phase.OVER
            raise error

    def _node(self, one: int) -> str:
        return self._seating.at(one).node
