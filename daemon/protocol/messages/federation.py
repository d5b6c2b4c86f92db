"""Belonging to a community, and what goes there."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from daemon.protocol.messages.base import Message

MAX_INVITATION_CHARS = 20_000
Cohort = Annotated[int, Meta(ge=3, le=1_000)]
Epsilon = Annotated[float, Meta(gt=0, le=1_000)]


class FederationStatusQuery(Message, tag="federation_status_query"):
    """Client → daemon: do I belong to a community, and what went there?"""


class FederationJoin(Message, tag="federation_join"):
    """Client → daemon: join the community of this invitation. Answered when it is done."""

    invitation: Annotated[str, Meta(max_length=MAX_INVITATION_CHARS)]


class FederationLeave(Message, tag="federation_leave"):
    """Client → daemon: delete what makes this machine a member, and what came from there."""


class FederationPause(Message, tag="federation_pause"):
    """Client → daemon: take no part, or do so again."""

    paused: bool


class FederationLimits(Message, tag="federation_limits"):
    """Client → daemon: what must hold before anything leaves; all of it."""

    smallest_cohort: Cohort
    most_epsilon: Epsilon | None
    metered: bool


class FederationNow(Message, tag="federation_now"):
    """Client → daemon: take part without waiting until nobody needs the machine."""


class FederationForgetRounds(Message, tag="federation_forget_rounds"):
    """Client → daemon: delete the list of what was sent. Only who left can."""


class FederationDoing(msgspec.Struct, kw_only=True):
    """What is going on."""

    stage: str
    fraction: float | None
    """None where nobody can tell how far it is."""
    held: bool
    """It stands still, since somebody writes."""


class FederationRound(msgspec.Struct, kw_only=True):
    """One in which an update was sent."""

    community: str
    at: str
    version: int
    """Of the release that the update began at."""
    bytes: int
    """That left in this round."""
    threshold: int
    """So many devices its sum is of, at least."""
    noise_multiplier: float


class FederationVerdict(msgspec.Struct, kw_only=True):
    """On a release, by this user's own texts."""

    at: str
    version: int
    kept: bool
    reason: str
    gain: float | None
    """How much better it predicts this user's newest texts, relative; None: it was not measured."""


class FederationStatus(Message, tag="federation_status"):
    """Daemon → client: the answer, and a push whenever it changes."""

    community: str | None
    """None: this machine belongs to none."""
    url: str | None
    device: str | None
    """The number by which the coordinator's operator knows this machine."""
    joined_at: str | None
    paused: bool
    put_out: str | None
    """Why the coordinator will not have this machine any more: only leaving is left."""
    version: int | None
    """Of the newest release that came."""
    in_use: int | None
    """Of the release that suggestions are made with."""
    tried: bool
    """The newest one was, on this user's own texts."""
    update_waits: bool
    """To be asked for."""
    texts: int
    """Of sites that may federate."""
    doing: FederationDoing | None
    waits_for: str | None
    """Why it takes no part just now."""
    last: str | None
    """What went wrong last, since the daemon started."""
    rounds: list[FederationRound]
    """The newest first; also of communities that were left."""
    bytes: int
    """In all of them."""
    verdicts: list[FederationVerdict]
    """The newest first."""
    epsilon: float | None
    """Of all rounds together; none: nothing is promised, or it is being counted."""
    delta: float
    epsilon_in_words: str
    smallest_cohort: int
    most_epsilon: float | None
    metered: bool
