"""How taking part stands, as clients hear of it."""

from __future__ import annotations

import math

import msgspec

from daemon.federation.federating import Doing, Known
from daemon.federation.worth import Worth
from daemon.protocol.messages import (
    FederationDoing,
    FederationRound,
    FederationStatus,
    FederationVerdict,
)
from daemon.store.settings import FederationLimits
from federation.privacy.accounting import DELTA


def status_of(
    known: Known,
    worth: Worth,
    limits: FederationLimits,
    *,
    doing: Doing | None,
    waits_for: str | None,
    last: str | None,
) -> FederationStatus:
    """All of it."""
    member = known.member
    is_finite = worth.epsilon is not None and math.isfinite(worth.epsilon)
    return FederationStatus(
        community=member.community if member else None,
        url=member.url if member else None,
        device=member.device if member else None,
        joined_at=member.joined_at if member else None,
        paused=member is not None and member.paused,
        put_out=member.put_out if member else None,
        version=member.version if member else None,
        in_use=member.in_use if member else None,
        tried=member is not None and member.tried,
        update_waits=member is not None and member.update_waits,
        texts=known.texts,
        doing=_as_message(doing),
        waits_for=waits_for,
        last=last,
        rounds=msgspec.convert(known.rounds, list[FederationRound], from_attributes=True),
        bytes=sum(one.bytes for one in known.rounds),
        verdicts=msgspec.convert(known.verdicts, list[FederationVerdict], from_attributes=True),
        epsilon=worth.epsilon if is_finite else None,
        delta=DELTA,
        epsilon_in_words=worth.in_words(),
        smallest_cohort=limits.smallest_cohort,
        most_epsilon=limits.most_epsilon,
        metered=limits.metered,
    )


def _as_message(doing: Doing | None) -> FederationDoing | None:
    if doing is None:
        return None
    fraction = None if doing.fraction is None else round(doing.fraction, 3)
    return FederationDoing(stage=doing.stage, fraction=fraction, held=doing.is_held)
