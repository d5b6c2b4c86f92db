"""Belonging to a community."""

from __future__ import annotations

import asyncio
import logging

from daemon.federation.joining import FederationError
from daemon.handlers.route import PERSONAL, Route
from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import (
    FederationForgetRounds,
    FederationJoin,
    FederationLeave,
    FederationLimits,
    FederationNow,
    FederationPause,
    FederationStatus,
    FederationStatusQuery,
    Message,
)
from daemon.services import Services
from daemon.session import Session
from daemon.store import StoreError, settings

log = logging.getLogger("plm.handlers")


async def query(
    services: Services, _session: Session, _message: FederationStatusQuery
) -> FederationStatus:
    """How it stands."""
    await services.federating.look_up()
    return services.federation.status()


async def join(services: Services, session: Session, message: FederationJoin) -> None:
    """Enrol; answered when the coordinator has answered, and nobody else waits for that."""

    async def answer() -> None:
        reply: Message
        try:
            await services.federation.join(message.invitation)
            reply = services.federation.status()
        except (FederationError, StoreError) as error:
            reply = ProtocolError("refused", str(error)).as_message()
        except Exception as error:  # whoever asked waits for an answer
            log.error("joining failed", exc_info=error)
            reply = ProtocolError("internal").as_message()
        reply.id = message.id
        session.post(reply)

    services.later(answer())


async def leave(services: Services, _: Session, _message: FederationLeave) -> FederationStatus:
    """Belong to none any more."""
    await services.federation.leave()
    return services.federation.status()


async def pause(services: Services, _: Session, message: FederationPause) -> FederationStatus:
    """Take no part, or again."""
    await services.federation.pause(message.paused)
    return services.federation.status()


async def limits(services: Services, _: Session, message: FederationLimits) -> FederationStatus:
    """On which terms."""
    await services.federation.set_limits(
        settings.FederationLimits(
            smallest_cohort=message.smallest_cohort,
            most_epsilon=message.most_epsilon,
            metered=message.metered,
        )
    )
    return services.federation.status()


async def now(services: Services, _session: Session, _message: FederationNow) -> FederationStatus:
    """Begin; how it goes is pushed."""
    member = services.federating.member
    if member is None:
        raise ProtocolError("refused", "This machine belongs to no community.")
    if member.put_out:
        raise ProtocolError("refused", f"{member.put_out} Leave, and join anew.")
    if member.paused:
        raise ProtocolError("refused", "You paused it: `plm federation resume` first.")
    services.federation.begin_now()
    return services.federation.status()


async def forget_rounds(
    services: Services, _session: Session, _message: FederationForgetRounds
) -> FederationStatus:
    """Delete the list."""
    if services.federating.member is not None:
        raise ProtocolError("refused", "What a member sent is counted: leave the community first.")
    await asyncio.to_thread(services.store.federation.forget_rounds)
    await services.federating.look_up()
    return services.federation.status()


ROUTES = (
    Route(FederationStatusQuery, query, PERSONAL),
    Route(FederationJoin, join, PERSONAL),
    Route(FederationLeave, leave, PERSONAL),
    Route(FederationPause, pause, PERSONAL),
    Route(FederationLimits, limits, PERSONAL),
    Route(FederationNow, now, PERSONAL),
    Route(FederationForgetRounds, forget_rounds, PERSONAL),
)
