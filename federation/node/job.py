"""What a federating process is asked, and what it says: JSON lines, one job in, events out.

As with learning, the process touches no file of the user's. What has to be on disk before it goes
on, it says, and then waits for the line ``kept``.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from federation.layout import Vector
from federation.node.member import Update
from federation.privacy.accounting import Participation
from plm_engine.learning.job import Text


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a node the one it is; deleted when its user leaves."""

    node_id: int
    """Flower's, given at enrolment."""
    transport: bytes
    """P-384 private key, DER."""
    identity: bytes
    """Ed25519 private key, 32 bytes."""
    certificate: bytes
    """The authority's word that the identity is this node's, msgpack."""

    def __repr__(self) -> str:
        return "<Keys>"


class Join(msgspec.Struct, frozen=True, kw_only=True, tag="join"):
    """Enrol with the community of an invitation."""

    invitation: str
    base: str
    """Digest of the base model in use."""


class Federate(msgspec.Struct, frozen=True, kw_only=True, tag="federate"):
    """Be a node, for as long as the process lives."""

    cache: str
    """Folder of the converted base models."""
    base: str
    """Name of the base model."""
    invitation: str
    keys: Keys
    release: bytes
    """The newest that this node has."""
    update: bytes = b""
    """What waits to be asked for; see `pack`. Empty: one is made first."""
    texts: Sequence[Text] = ()
    """To make an update from: typed by the user, on sites that may federate, and none of those that
    judge."""
    refused_release: bool = False
    """The user's own held-out texts were harder to predict with this release."""
    seen: Sequence[bytes] = ()
    """Rounds that this node was in."""
    taken_part: Sequence[Participation] = ()
    smallest_cohort: int = 3
    most_epsilon: float | None = None
    seed: int = 0


class Leave(msgspec.Struct, frozen=True, kw_only=True, tag="leave"):
    """Tell a community that this node is no longer one of it."""

    invitation: str
    keys: Keys


Job = Join | Federate | Leave


class Joined(msgspec.Struct, frozen=True, kw_only=True, tag="joined"):
    """The node is enrolled: the answer to `Join`, and its end."""

    community: str
    url: str
    keys: Keys
    release: bytes


class Left(msgspec.Struct, frozen=True, tag="left"):
    """The coordinator knows: the answer to `Leave`, and its end."""


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """How far making the update is."""

    stage: str
    fraction: float


class Made(msgspec.Struct, frozen=True, tag="made"):
    """An update: to be kept, and not to be seen by anybody else."""

    update: bytes


class Online(msgspec.Struct, frozen=True, tag="online"):
    """The coordinator knows that this node is there."""


class Waiting(msgspec.Struct, frozen=True, tag="waiting"):
    """The coordinator is out of reach."""

    reason: str
    seconds: float


class Entered(msgspec.Struct, frozen=True, tag="entered"):
    """A round. Wants to be kept before it goes on."""

    round: bytes


class Sent(msgspec.Struct, frozen=True, kw_only=True, tag="sent"):
    """The update is about to leave, under masks. Wants to be kept before it goes on."""

    participation: Participation
    version: int
    """Of the release that it began at."""


class PassedBy(msgspec.Struct, frozen=True, tag="passed_by"):
    """A round did not suit the user's limits."""

    objection: str


class Exchanged(msgspec.Struct, frozen=True, kw_only=True, tag="exchanged"):
    """A question was answered; sizes in bytes."""

    received: int
    sent: int


class Offered(msgspec.Struct, frozen=True, kw_only=True, tag="offered"):
    """A release, verified. Wants to be kept before it goes on; to be tried before it is used."""

    version: int
    taken_back: bool
    release: bytes


class Renewed(msgspec.Struct, frozen=True, tag="renewed"):
    """The node's certificate, and maybe its number. Wants to be kept before it goes on."""

    keys: Keys


class PutOut(msgspec.Struct, frozen=True, tag="put_out"):
    """The coordinator will not have this node any more. Wants to be kept before it goes on."""

    reason: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The coordinator asked for what this node does not do."""

    reason: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It cannot be done; one line for the user. The last event."""

    reason: str


Event = (
    Joined
    | Left
    | Progress
    | Made
    | Online
    | Waiting
    | Entered
    | Sent
    | PassedBy
    | Exchanged
    | Offered
    | Renewed
    | PutOut
    | Refused
    | Failed
)
ToKeep = Entered | Sent | Offered | Renewed | PutOut
KEPT = b"kept\n"
"""What the process waits for after one of those."""


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    release: str
    refused_release: bool
    vector: bytes
    """float32, little-endian."""


def pack(update: Update) -> bytes:
    """As it is kept until a round asks for it."""
    vector = np.asarray(update.vector, "<f4").tobytes()
    return msgspec.msgpack.encode(_Packed(update.release, update.refused_release, vector))


def unpack(packed: bytes) -> Update | None:
    """None for what is damaged: another one is made then."""
    try:
        held = msgspec.msgpack.decode(packed, type=_Packed)
        vector: Vector = np.frombuffer(held.vector, "<f4").astype(np.float64)
    except (msgspec.MsgspecError, ValueError):
        return None
    if not np.isfinite(vector).all():
        return None
    return Update(held.release, vector, held.refused_release)
