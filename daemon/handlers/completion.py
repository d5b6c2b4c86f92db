"""What comes next?"""

from __future__ import annotations

import asyncio

from daemon.handlers.route import EVERYONE, PERSONAL, Route
from daemon.protocol.messages import (
    Cancel,
    Complete,
    CompletionsSet,
    FieldClosed,
    Outcome,
    OutcomeRevised,
    Sites,
    Suggestion,
)
from daemon.services import Services
from daemon.session import Kind, Session
from daemon.writing import NOTHING_KNOWN
from plm_engine.completion.types import Suppression


async def complete(services: Services, session: Session, message: Complete) -> Suggestion | None:
    """Hand the request to the engine; it answers through the session."""
    silence = _silence(services, session, message)
    if silence:
        services.completions.cancel(session.id, message.field)
        return Suggestion(field=message.field, text="", confidence=0.0, suppressed=silence)
    # Anybody on this machine can open the playground: it must not tell what the user wrote.
    services.schedule.somebody_writes()
    known = NOTHING_KNOWN
    if session.kind in PERSONAL:
        known = services.writing.known_on(message.site)
    services.completions.submit(session.id, message, session.post, services.preferred, known)
    return None


def _silence(services: Services, session: Session, message: Complete) -> str | None:
    """Why the engine need not be asked at all."""
    if session.kind is Kind.BROWSER and not services.completions_on:
        return "completions_off"
    if not message.explicit and services.backing_off.is_silent(session.id, message.field):
        return Suppression.BACKING_OFF
    return None


async def cancel(services: Services, session: Session, message: Cancel) -> None:
    """The pending completion is no longer wanted."""
    services.completions.cancel(session.id, message.field)


async def field_closed(services: Services, session: Session, message: FieldClosed) -> None:
    """The field is gone."""
    services.completions.forget_field(session.id, message.field)
    services.backing_off.forget_field(session.id, message.field)


async def outcome(services: Services, session: Session, message: Outcome) -> None:
    """Count what became of a shown suggestion, and heed it."""
    services.backing_off.note(session.id, message.field, message.result)
    if message.ghost_ms is not None:
        services.ghosts.add(message.ghost_ms)
    services.tally.add("shown")
    services.tally.add(message.result)
    services.tally.add("chars_saved", message.accepted_chars)


async def outcome_revised(services: Services, session: Session, message: OutcomeRevised) -> None:
    """Take back what was counted, and what was heeded."""
    services.backing_off.note(session.id, message.field, message.result)
    services.tally.add(message.was, -1)
    services.tally.add(message.result)
    services.tally.add("chars_saved", message.accepted_chars - message.was_accepted_chars)


async def completions_set(services: Services, _: Session, message: CompletionsSet) -> Sites:
    """Switch completions in browsers on or off, and tell every client."""
    await asyncio.to_thread(services.store.settings.set_completions, message.enabled)
    services.completions_on = message.enabled
    rules = await services.site_rules()
    services.sessions.push(Sites(sites=rules, completions=message.enabled))
    return Sites(sites=rules, completions=message.enabled)


ROUTES = (
    Route(Complete, complete, EVERYONE, immediate=True),
    Route(Cancel, cancel, EVERYONE, immediate=True),
    Route(FieldClosed, field_closed, EVERYONE, immediate=True),
    Route(Outcome, outcome, PERSONAL, immediate=True),
    Route(OutcomeRevised, outcome_revised, PERSONAL, immediate=True),
    Route(CompletionsSet, completions_set, PERSONAL),
)
