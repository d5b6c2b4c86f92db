"""How is the daemon?"""

from __future__ import annotations

import asyncio
import time

import psutil

from daemon.handlers.route import PERSONAL, Route
from daemon.protocol.messages import Status, StatusQuery
from daemon.services import Services
from daemon.session import Session


async def status(services: Services, _session: Session, _message: StatusQuery) -> Status:
    """Counts and times only."""
    await services.tally.keep()
    store = services.store
    totals = await asyncio.to_thread(store.events.totals)
    documents = await asyncio.to_thread(store.documents.__len__)
    latencies, ghosts = services.completions.latencies, services.ghosts
    return Status(
        daemon_version=services.version,
        uptime_s=round(time.monotonic() - services.started, 1),
        base=services.base,
        documents=documents,
        sites=sum(rule.capture for rule in await services.site_rules()),
        key_protection=services.key_protection,
        rss_mb=round(psutil.Process().memory_info().rss / 1e6, 1),
        sessions=len(services.sessions),
        suggestions=totals.get("suggestions", 0),
        shown=totals.get("shown", 0),
        accepted=totals.get("accepted", 0) + totals.get("accepted_word", 0),
        dismissed=totals.get("dismissed", 0),
        chars_saved=totals.get("chars_saved", 0),
        latency_ms_p50=latencies.within(0.5),
        latency_ms_p95=latencies.within(0.95),
        ghost_ms_p50=ghosts.within(0.5),
        ghost_ms_p95=ghosts.within(0.95),
    )


ROUTES = (Route(StatusQuery, status, PERSONAL),)
