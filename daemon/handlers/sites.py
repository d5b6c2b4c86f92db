"""On which sites may be captured?"""

from __future__ import annotations

import asyncio

from daemon.handlers.route import PERSONAL, Route
from daemon.protocol.messages import Sites, SiteSet, SitesQuery
from daemon.services import Services
from daemon.session import Session


async def query(services: Services, _session: Session, _message: SitesQuery) -> Sites:
    """All rules."""
    return Sites(sites=await services.site_rules(), completions=services.completions_on)


async def switch(services: Services, _: Session, message: SiteSet) -> Sites:
    """Set one host's rule, and tell every client."""
    await asyncio.to_thread(
        services.store.sites.set,
        message.site,
        capture=message.capture,
        completions=message.completions,
        may_federate=message.may_federate,
    )
    if message.may_federate is not None:
        await services.federation.texts_deleted()
    rules = await services.site_rules()
    services.sessions.push(Sites(sites=rules, completions=services.completions_on))
    return Sites(sites=rules, completions=services.completions_on)


ROUTES = (
    Route(SitesQuery, query, PERSONAL),
    Route(SiteSet, switch, PERSONAL),
)
