"""Keeping what the user wrote elsewhere."""

from __future__ import annotations

import asyncio
import hashlib

from daemon.capture import looks_like
from daemon.handlers.route import CLI_ONLY, Route
from daemon.protocol.messages import (
    Capture,
    CapturesChanged,
    Imported,
    ImportTexts,
)
from daemon.services import Services
from daemon.session import Session
from daemon.store.personas import DEFAULT
from daemon.writing import Writing


async def import_texts(services: Services, _: Session, message: ImportTexts) -> Imported:
    """The user named the files: no site's consent is needed, the rules on content hold."""
    kept = await asyncio.to_thread(_keep, services.writing, message)
    if kept:
        services.completions.prepare(services.writing.known_on(None))
        services.sessions.push(CapturesChanged())
    return Imported(kept=kept, refused=len(message.texts) - kept)


def _keep(writing: Writing, message: ImportTexts) -> int:
    kept = 0
    persona = message.persona or writing.persona
    for one in message.texts:
        if looks_like(one.text.strip()):
            continue
        capture = Capture(
            draft=_draft(one.draft, persona),
            site=one.site,
            kind=one.kind,
            text=one.text,
            typed_chars=len(one.text),
            pasted_chars=0,
        )
        writing.keep(capture, one.written, persona)
        kept += 1
    return kept


def _draft(draft: str, persona: str) -> str:
    """The same text can be brought for one persona and for another."""
    if persona == DEFAULT:
        return draft
    return "import-" + hashlib.sha256(f"{persona}\n{draft}".encode()).hexdigest()[:48]


ROUTES = (Route(ImportTexts, import_texts, CLI_ONLY),)
