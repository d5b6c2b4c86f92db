"""Keeping what the user wrote, and showing and deleting it on request."""

from __future__ import annotations

import asyncio
import datetime
import secrets

from daemon.capture import refusal, unsuitable, way_of
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
    Teach,
)
from daemon.services import Services
from daemon.session import Session
from daemon.store import Store
from daemon.store.selection import Which
from daemon.writing import Writing

TAUGHT = "taught"
"""Stands where others have a site."""


async def capture(services: Services, _: Session, message: Capture) -> Captured:
    """Store the text if the rules allow it; the answer goes out once it is on disk."""
    captured = await asyncio.to_thread(_keep, services.store, services.writing, message)
    if captured.document is not None:
        services.completions.prepare(services.writing.known_on(message.site))
        services.sessions.push(CapturesChanged())
    return captured


async def teach(services: Services, _: Session, message: Teach) -> Captured:
    """Keep what the user wrote for PLM; no site's consent is needed, the rules on content hold."""
    captured = await asyncio.to_thread(_keep_taught, services.writing, message)
    if captured.document is not None:
        persona = message.persona or services.writing.persona
        services.completions.prepare(services.writing.known(persona))
        services.sessions.push(CapturesChanged())
    return captured


def _keep_taught(writing: Writing, message: Teach) -> Captured:
    text = message.text.strip()
    refused = unsuitable(text)
    if refused:
        return Captured(document=None, refused=refused)
    capture = Capture(
        draft=f"taught-{secrets.token_hex(8)}",
        site=TAUGHT,
        kind=TAUGHT,
        text=text,
        typed_chars=len(text),
    )
    return Captured(document=writing.keep(capture, persona=message.persona or writing.persona))


def _keep(store: Store, writing: Writing, message: Capture) -> Captured:
    refused = refusal(message, store)
    if refused:
        return Captured(document=None, refused=refused)
    written = datetime.datetime.now(datetime.UTC) - way_of(message)
    document = writing.receive(message, written)
    return Captured(document=document, refused="deleted" if document is None else None)


async def query(services: Services, _: Session, message: CapturesQuery) -> Captures:
    """One page of documents."""
    return await asyncio.to_thread(services.store.documents.query, message)


async def delete(services: Services, _: Session, message: CapturesDelete) -> Deleted:
    """Delete for good: numbers, all that matches, or everything."""
    matching = (message.query.strip(), message.site, message.persona, message.since, message.before)
    selectors = (message.documents is not None, any(matching), message.everything)
    if sum(selectors) != 1:
        raise ProtocolError("malformed", "Select documents, what they match, or everything.")
    await services.learning.stop()  # it may hold one of them
    which = Which(
        ids=message.documents,
        query=message.query.strip(),
        site=message.site,
        persona=message.persona,
        since=message.since,
        before=message.before,
        everything=message.everything,
    )
    count = await asyncio.to_thread(services.writing.delete, which)
    if count:
        services.completions.forget_everything()
        services.completions.prepare(services.writing.known_on(None))
        services.sessions.push(CapturesChanged())
        services.schedule.tell()
        await services.federation.texts_deleted()
    return Deleted(count=count)


ROUTES = (
    Route(Capture, capture, PERSONAL),
    Route(Teach, teach, PERSONAL),
    Route(CapturesQuery, query, PERSONAL),
    Route(CapturesDelete, delete, PERSONAL),
)
