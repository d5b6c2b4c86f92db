"""Every lie of a server that a member can see through, and by what it sees through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.identity import Identity, issue
from federation.secure_sum.errors import Phase, Reason
from federation.secure_sum.messages import (
    Confirmations,
    Delivery,
    Invitation,
    Message,
    Roster,
    Signed,
    Survivors,
    encode,
)
from tests.federation.tampering import advertised, changed, new_key, read
from tests.federation.test_refusals import ME, a_round, refusal
from tests.federation.whole_round import AUTHORITY, DAY, NOW, Round, enrolled, parameters

Lie = Callable[[Round, bytes], bytes]


def roster_with(*more: Callable[[Round], Signed], without: str = "") -> Lie:
    """The roster with other members on it, or one left out."""

    def lie(whole: Round, frame: bytes) -> bytes:
        known = dict(zip(whole.members, read(frame, Roster).advertisements, strict=True))
        known.pop(without, None)
        told = (*known.values(), *(one(whole) for one in more))
        return changed(frame, Roster, advertisements=told)

    return lie


def another(identity: Identity | None = None, **fields: object) -> Callable[[Round], Signed]:
    """A sixth member."""
    return lambda whole: advertised(
        identity or enrolled("node-6"), whole.parameters.digest(), **fields
    )


def known_key(whole: Round) -> Signed:
    """A sixth member who took over a key of a member's."""
    stolen = whole.members["node-001"]._secrets.masking.public_key().public_bytes_raw()
    return another(sealing_key=stolen)(whole)


def known_identity(whole: Round) -> Signed:
    """A member who comes twice, under two names."""
    key = whole.identities["node-001"].key
    public = key.public_key().public_bytes_raw()
    certificate = issue(AUTHORITY, node="node-6", key=public, not_before=NOW, not_after=NOW + DAY)
    return another(Identity(key, certificate))(whole)


def expired(whole: Round) -> Signed:
    """Somebody whose certificate ended last week."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    certificate = issue(AUTHORITY, node="node-6", key=public, not_before=0, not_after=NOW - 7 * DAY)
    return another(Identity(key, certificate))(whole)


def of_other_parameters(whole: Round) -> Signed:
    """A member who advertised for another threshold."""
    other = msgspec.structs.replace(whole.parameters, threshold=5)
    return advertised(enrolled("node-6"), other.digest())


def forged(whole: Round) -> Signed:
    """A member whose name somebody else signs with."""
    honest = another()(whole)
    return msgspec.structs.replace(honest, signature=bytes(64))


def with_fields(kind: type[Message], **fields: object) -> Lie:
    """The same question with other fields."""
    return lambda whole, frame: changed(frame, kind, **fields)


def without_first(kind: type[Message], field: str) -> Lie:
    """The same question with a list shortened."""

    def lie(whole: Round, frame: bytes) -> bytes:
        return changed(frame, kind, **{field: getattr(read(frame, kind), field)[1:]})

    return lie


def swapped(kind: type[Message], field: str) -> Lie:
    """The same question with the first two of a list exchanged."""

    def lie(whole: Round, frame: bytes) -> bytes:
        first, second, *rest = getattr(read(frame, kind), field)
        return changed(frame, kind, **{field: (second, first, *rest)})

    return lie


def invitation(**said: Any) -> Lie:
    """To a round of other parameters."""
    return lambda whole, frame: encode(Invitation(parameters(6, **said)))


LIES: dict[str, tuple[Phase, Lie, Reason]] = {
    "half of the cohort are enough": (
        Phase.ADVERTISE,
        invitation(threshold=3),
        Reason.MINORITY,
    ),
    "more than everybody are needed": (
        Phase.ADVERTISE,
        invitation(threshold=7),
        Reason.MINORITY,
    ),
    "the sum is of something else": (
        Phase.ADVERTISE,
        invitation(subject=b"other"),
        Reason.SUBJECT,
    ),
    "vectors of an odd width": (Phase.ADVERTISE, invitation(bits=16), Reason.UNREADABLE),
    "vectors without end": (Phase.ADVERTISE, invitation(length=2**25), Reason.UNREADABLE),
    "a round without a name": (Phase.ADVERTISE, invitation(round=b""), Reason.UNREADABLE),
    "a roster for other parameters": (
        Phase.SHARE,
        with_fields(Roster, parameters=bytes(32)),
        Reason.CONTEXT,
    ),
    "more members than agreed": (
        Phase.SHARE,
        roster_with(another(), another(enrolled("node-7"))),
        Reason.CROWDED,
    ),
    "fewer members than needed": (
        Phase.SHARE,
        lambda whole, frame: changed(
            frame, Roster, advertisements=read(frame, Roster).advertisements[:3]
        ),
        Reason.TOO_FEW,
    ),
    "a roster without me": (Phase.SHARE, roster_with(without=ME), Reason.ABSENT),
    "a roster with other keys of mine": (
        Phase.SHARE,
        roster_with(lambda whole: another(whole.identities[ME])(whole), without=ME),
        Reason.ALTERED,
    ),
    "one name twice": (
        Phase.SHARE,
        roster_with(another(enrolled("node-001"))),
        Reason.DUPLICATE_NODE,
    ),
    "one identity under two names": (
        Phase.SHARE,
        roster_with(known_identity),
        Reason.DUPLICATE_IDENTITY,
    ),
    "one key of two members": (Phase.SHARE, roster_with(known_key), Reason.DUPLICATE_KEY),
    "a key that keeps nothing secret": (
        Phase.SHARE,
        roster_with(another(masking_key=bytes(32))),
        Reason.WEAK_KEY,
    ),
    "a key written in a second way": (
        Phase.SHARE,
        roster_with(another(sealing_key=new_key()[:31] + b"\xff")),
        Reason.WEAK_KEY,
    ),
    "a stranger": (
        Phase.SHARE,
        roster_with(another(enrolled("node-6", Ed25519PrivateKey.generate()))),
        Reason.CERTIFICATE,
    ),
    "a former member": (Phase.SHARE, roster_with(expired), Reason.CERTIFICATE),
    "keys for other parameters": (
        Phase.SHARE,
        roster_with(of_other_parameters),
        Reason.SIGNATURE,
    ),
    "keys that their owner did not sign": (Phase.SHARE, roster_with(forged), Reason.SIGNATURE),
    "shares from another roster": (
        Phase.MASK,
        with_fields(Delivery, transcript=bytes(32)),
        Reason.CONTEXT,
    ),
    "fewer sharers than needed": (
        Phase.MASK,
        with_fields(Delivery, sharers=(1, 2, 3)),
        Reason.TOO_FEW,
    ),
    "sharers without me": (
        Phase.MASK,
        with_fields(Delivery, sharers=(1, 3, 4, 5)),
        Reason.ABSENT,
    ),
    "a sharer who is not on the roster": (
        Phase.MASK,
        with_fields(Delivery, sharers=(1, 2, 3, 4, 6)),
        Reason.UNKNOWN_SEAT,
    ),
    "a sharer twice": (
        Phase.MASK,
        with_fields(Delivery, sharers=(1, 2, 3, 4, 4)),
        Reason.UNORDERED,
    ),
    "shares of nobody": (Phase.MASK, without_first(Delivery, "sealed"), Reason.LENGTH),
    "shares of the wrong sender": (Phase.MASK, swapped(Delivery, "sealed"), Reason.SEALED),
    "survivors of another roster": (
        Phase.CONFIRM,
        with_fields(Survivors, transcript=bytes(32)),
        Reason.CONTEXT,
    ),
    "fewer survivors than needed": (
        Phase.CONFIRM,
        with_fields(Survivors, survivors=(1, 2, 3)),
        Reason.TOO_FEW,
    ),
    "survivors without me": (
        Phase.CONFIRM,
        with_fields(Survivors, survivors=(1, 3, 4, 5)),
        Reason.ABSENT,
    ),
    "a survivor who shared nothing": (
        Phase.CONFIRM,
        with_fields(Survivors, survivors=(1, 2, 3, 4, 6)),
        Reason.UNKNOWN_SEAT,
    ),
    "a survivor twice": (
        Phase.CONFIRM,
        with_fields(Survivors, survivors=(1, 2, 2, 3, 4)),
        Reason.UNORDERED,
    ),
    "confirmations of another roster": (
        Phase.UNMASK,
        with_fields(Confirmations, transcript=bytes(32)),
        Reason.CONTEXT,
    ),
    "other survivors than confirmed": (
        Phase.UNMASK,
        with_fields(Confirmations, survivors=(1, 2, 3, 4)),
        Reason.CONTRADICTION,
    ),
    "too few confirmations": (
        Phase.UNMASK,
        lambda whole, frame: changed(
            frame,
            Confirmations,
            seats=(1, 2, 3),
            signatures=read(frame, Confirmations).signatures[:3],
        ),
        Reason.TOO_FEW,
    ),
    "a confirmation without a signature": (
        Phase.UNMASK,
        without_first(Confirmations, "signatures"),
        Reason.LENGTH,
    ),
    "a confirmation in another's name": (
        Phase.UNMASK,
        swapped(Confirmations, "signatures"),
        Reason.SIGNATURE,
    ),
    "a confirmation twice": (
        Phase.UNMASK,
        with_fields(Confirmations, seats=(1, 2, 3, 4, 4)),
        Reason.UNORDERED,
    ),
    "a confirmation by nobody": (
        Phase.UNMASK,
        with_fields(Confirmations, seats=(1, 2, 3, 4, 6)),
        Reason.UNKNOWN_SEAT,
    ),
}


@pytest.mark.parametrize(("phase", "lie", "reason"), LIES.values(), ids=LIES)
def test_a_lie_is_refused(phase: Phase, lie: Lie, reason: Reason) -> None:
    whole = a_round()
    question = whole.run_until(phase)[ME]
    assert refusal(whole, phase, lie(whole, question)) is reason
