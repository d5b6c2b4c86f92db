"""Keeping what the user wrote, and showing and deleting it on request."""

from __future__ import annotations

import asyncio

from daemon.capture import refusal
from daemon.handlers.route import PERSONAL, Route
from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import (
    Capture,
    Captured,
    Captures,
    CapturesChanged,
    CapturesDelete,
    CapturesQuery,
    Deleted,
)
from daemon.services import Services
from daemon.session import Session
from daemon.store import Store
from daemon.store.documents import Which
from daemon.writing import Writing


async def capture(services: Services, _: Session, message: Capture) -> Captured:
    """Store the text if the rules allow it; the answer goes out once it is on disk."""
    captured = await asyncio.to_thread(_keep, services.store, services.writing, message)
    if captured.document is not None:
        services.completions.prepare(services.writing.known)
        services.sessions.push(CapturesChanged())
    return captured


def _keep(store: Store, writing: Writing, message: Capture) -> Captured:
    refused = refusal(message, store)
    if refused:
        return Captured(document=None, refused=refused)
    return Captured(document=writing.keep(message))


async def query(services: Services, _: Session, message: CapturesQuery) -> Captures:
    """One page of documents."""
    return await asyncio.to_thread(
        services.store.documents.query,
        message.query,
        message.site,
        message.limit,
        message.before,
    )


async def delete(services: Services, _: Session, message: CapturesDelete) -> Deleted:
    """Delete for good what exactly one selector names."""
    has_days = message.since is not None or message.before is not None
    selectors = (
        message.documents is not None,
        message.site is not None,
        has_days,
        message.everything,
    )
    if sum(selectors) != 1:
        raise ProtocolError("malformed", "Select documents, a site, days or everything.")
    await services.learning.stop()  # it may hold one of them
    which = Which(
        ids=message.documents,
        site=message.site,
        since=message.since,
        before=message.before,
        everything=message.everything,
    )
    count = await asyncio.to_thread(services.writing.delete, which)
    if count:
        services.completions.forget_everything()
        services.completions.prepare(services.writing.known)
        services.sessions.push(CapturesChanged())
        services.schedule.tell()
    return Deleted(count=count)


ROUTES = (
    Route(Capture, capture, PERSONAL),
    Route(CapturesQuery, query, PERSONAL),
    Route(CapturesDelete, delete, PERSONAL),
)
