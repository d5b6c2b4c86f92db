"""Who writes?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec import structs

from daemon.handlers.route import PERSONAL, Route
from daemon.protocol.messages import (
    CapturesChanged,
    Persona,
    PersonaAdd,
    PersonaAssign,
    PersonaRemove,
    Personas,
    PersonasQuery,
    PersonaUse,
    Sites,
)
from daemon.services import Services
from daemon.session import Session


async def query(services: Services, _session: Session, _message: PersonasQuery) -> Personas:
    """All of them."""
    writing = services.writing
    personas = await asyncio.to_thread(services.store.personas.all)
    return Personas(
        personas=[
            Persona(name=one.name, documents=one.documents, version=writing.version(one.name))
            for one in personas
        ],
        in_use=writing.persona,
    )


async def add(services: Services, session: Session, message: PersonaAdd) -> Personas:
    """One more."""
    return await _change(services, session, lambda: services.store.personas.add(message.name))


async def use(services: Services, session: Session, message: PersonaUse) -> Personas:
    """Another one writes."""
    return await _change(services, session, lambda: services.store.personas.use(message.name))


async def assign(services: Services, session: Session, message: PersonaAssign) -> Personas:
    """A site chooses one, and every client hears of it."""
    personas = services.store.personas
    answer = await _change(services, session, lambda: personas.assign(message.site, message.name))
    rules = await services.site_rules()
    services.sessions.push(Sites(sites=rules, completions=services.completions_on))
    return answer


async def remove(services: Services, session: Session, message: PersonaRemove) -> Personas:
    """It, and all that was its own."""
    await services.learning.stop()  # it may be learning of this one
    answer = await _change(services, session, lambda: services.writing.remove(message.name))
    services.sessions.push(CapturesChanged())
    await services.federation.texts_deleted()
    return answer


async def _change(services: Services, session: Session, change: Callable[[], object]) -> Personas:
    """Nothing that was read for one persona may be left where another one writes."""
    await asyncio.to_thread(change)
    await asyncio.to_thread(services.writing.personas_changed)
    services.completions.forget_everything()
    services.completions.prepare(services.writing.known_on(None))
    answer = await query(services, session, PersonasQuery())
    services.sessions.push(structs.replace(answer))  # the answer gets the number of its question
    services.schedule.tell()
    return answer


ROUTES = (
    Route(PersonasQuery, query, PERSONAL),
    Route(PersonaAdd, add, PERSONAL),
    Route(PersonaUse, use, PERSONAL),
    Route(PersonaAssign, assign, PERSONAL),
    Route(PersonaRemove, remove, PERSONAL),
)
