"""Who may connect; asked and answered on the command line only."""

from __future__ import annotations

import asyncio

from daemon.handlers.route import CLI_ONLY, Route
from daemon.pairing import CODE_LIFETIME_S
from daemon.protocol.messages import (
    PairBegin,
    PairCode,
    PairingRemove,
    Pairings,
    PairingsQuery,
)
from daemon.services import Services
from daemon.session import CLOSE_UNPAIRED, Kind, Session


async def begin(services: Services, _session: Session, _message: PairBegin) -> PairCode:
    """A code for the user to type into the browser."""
    return PairCode(code=services.pairing_code.issue(), expires_s=CODE_LIFETIME_S)


async def query(services: Services, _session: Session, _message: PairingsQuery) -> Pairings:
    """Every client that may connect."""
    return Pairings(pairings=await asyncio.to_thread(services.store.pairings.list))


async def remove(services: Services, _: Session, message: PairingRemove) -> Pairings:
    """Forget this client's secret and hang up on it."""
    await asyncio.to_thread(services.store.pairings.remove, message.pairing)
    for session in services.sessions:
        if session.kind is Kind.BROWSER and session.pairing == message.pairing:
            session.stop(CLOSE_UNPAIRED)
    return Pairings(pairings=await asyncio.to_thread(services.store.pairings.list))


ROUTES = (
    Route(PairBegin, begin, CLI_ONLY),
    Route(PairingsQuery, query, CLI_ONLY),
    Route(PairingRemove, remove, CLI_ONLY),
)
