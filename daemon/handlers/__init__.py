"""From message to answer: one module per feature, registered here."""

from __future__ import annotations

import logging
from typing import Any

from daemon.handlers import (
    captures,
    completion,
    federation,
    importing,
    learning,
    liveness,
    pairings,
    personas,
    preferences,
    sites,
    status,
)
from daemon.handlers.route import Route, Routes
from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import ClientMessage, Message
from daemon.services import Services
from daemon.session import Session
from daemon.store import StoreError
from daemon.store.personas import PersonaError

log = logging.getLogger("plm.handlers")

FEATURES: tuple[tuple[Route[Any], ...], ...] = (
    completion.ROUTES,
    captures.ROUTES,
    sites.ROUTES,
    personas.ROUTES,
    preferences.ROUTES,
    importing.ROUTES,
    learning.ROUTES,
    federation.ROUTES,
    status.ROUTES,
    pairings.ROUTES,
    liveness.ROUTES,
)
ROUTES: Routes = {route.message: route for feature in FEATURES for route in feature}


def is_immediate(message: ClientMessage) -> bool:
    """Whether this is answered without waiting for earlier messages."""
    route = ROUTES.get(type(message))
    return route is not None and route.immediate


async def answer(services: Services, session: Session, message: ClientMessage) -> None:
    """Answer one message of an open session, with an `Error` if all else fails."""
    try:
        reply = await _route(session, message).answer(services, session, message)
    except ProtocolError as error:
        reply = error.as_message()
    except PersonaError as error:
        reply = ProtocolError("refused", str(error)).as_message()
    except StoreError as error:
        log.error("store failed", exc_info=error, extra={"message_type": type(message).__name__})
        reply = ProtocolError("storage").as_message()
    except Exception as error:
        log.error("handler failed", exc_info=error, extra={"message_type": type(message).__name__})
        reply = ProtocolError("internal").as_message()
    if reply is not None:
        _post(session, reply, message.id)


def _route(session: Session, message: ClientMessage) -> Route[Any]:
    route = ROUTES.get(type(message))
    if route is None or session.kind not in route.who:
        raise ProtocolError("refused")
    return route


def _post(session: Session, reply: Message, to: str) -> None:
    reply.id = to
    session.post(reply)
