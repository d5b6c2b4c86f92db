"""What can go wrong in a round. No text here ever holds anything that somebody sent."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Phase(IntEnum):
    """Where a round stands, for a member and for the server."""

    ADVERTISE = 0
    SHARE = 1
    MASK = 2
    CONFIRM = 3
    UNMASK = 4
    OVER = 5


class Reason(StrEnum):
    """Why a message is not followed."""

    OVERSIZED = "a message is larger than the round allows"
    VERSION = "a message is of another version of the protocol"
    UNREADABLE = "a message cannot be read or is not the one that this phase expects"
    OUT_OF_PHASE = "a message came out of phase"
    CONTEXT = "a message belongs to other parameters or to another roster"
    LENGTH = "a list or a vector has the wrong length"
    SEEN_BEFORE = "this round was seen before"
    SUBJECT = "the round is about something else than agreed"
    MINORITY = "the threshold is below two thirds of the cohort"
    TOO_SMALL = "the sum could be of fewer members than demanded"
    CROWDED = "the roster is larger than the cohort"
    TOO_FEW = "fewer members are left than the threshold"
    CERTIFICATE = "a certificate is not valid"
    SIGNATURE = "a signature is not valid"
    DUPLICATE_NODE = "two members have one name"
    DUPLICATE_IDENTITY = "two members have one identity key"
    DUPLICATE_KEY = "a key for this round is there twice"
    WEAK_KEY = "a key for this round keeps nothing secret"
    ABSENT = "this member is missing where it has to be"
    ALTERED = "this member's own keys were changed"
    UNKNOWN_SEAT = "somebody is named who cannot be there"
    UNORDERED = "a list is out of order or names somebody twice"
    CONTRADICTION = "the survivors are not those that were confirmed"
    SEALED = "a share was not sealed by its sender for this member in this round"
    REPEATED = "this member has already answered"
    SHARE = "a share is not the one that was dealt"


class SecureSumError(Exception):
    """Every error of this package that another party can cause."""


class FaultError(SecureSumError):
    """Something in a message is not as it has to be."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class RefusedError(FaultError):
    """A member's: it will not go on, and for it the round is over."""


class RejectedError(FaultError):
    """The server's: it goes on as if this message had not come."""


class TooFewError(SecureSumError):
    """Fewer members are left than the threshold: nothing can be summed, nothing was learned."""

    def __init__(self, phase: Phase, left: int, needed: int) -> None:
        super().__init__(f"{left} members are left and {needed} are needed")
        self.phase = phase
        self.left = left
        self.needed = needed


class UnrecoverableError(SecureSumError):
    """What one member dealt out is no secret: it deviates, and the round is lost."""

    def __init__(self, node: str) -> None:
        super().__init__("what a member dealt out does not give its secret")
        self.node = node
