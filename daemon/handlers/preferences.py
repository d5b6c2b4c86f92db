"""How much is suggested?"""

from __future__ import annotations

import asyncio

from daemon.handlers.route import PERSONAL, Route
from daemon.protocol.messages import Preferences, PreferencesQuery, PreferencesSet
from daemon.services import Services
from daemon.session import Session


async def query(services: Services, _session: Session, _message: PreferencesQuery) -> Preferences:
    """What the user chose."""
    return services.preferred.as_message()


async def choose(services: Services, _: Session, message: PreferencesSet) -> Preferences:
    """Change what is named, and tell every client."""
    named = (message.amount, message.length)
    await asyncio.to_thread(services.store.settings.set_preferred, *named)
    services.preferred = services.preferred.changed(*named)
    services.sessions.push(services.preferred.as_message())
    return services.preferred.as_message()


ROUTES = (
    Route(PreferencesQuery, query, PERSONAL),
    Route(PreferencesSet, choose, PERSONAL),
)
