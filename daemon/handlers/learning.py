"""What has been learned, and learning on request."""

from __future__ import annotations

import asyncio

import msgspec

from daemon.handlers.route import PERSONAL, Route
from daemon.learning.quiet_hours import QuietHours
from daemon.protocol import messages
from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import (
    Activity,
    Captures,
    Changes,
    ChangesQuery,
    Habits,
    HabitsQuery,
    KnownPhrase,
    LearnedVersion,
    LearnHistory,
    LearnHistoryQuery,
    LearnNow,
    LearnPause,
    LearnQuietHours,
    LearnRollback,
    LearnStatus,
    LearnStatusQuery,
    LearnStop,
    Message,
    VersionDocumentsQuery,
)
from daemon.services import Services
from daemon.session import Session
from daemon.store.versions import Version
from plm_engine.evaluation.changes import Change
from plm_engine.runtime.personal import NOTHING_LEARNED

CHANGED_TEXTS = 8
"""The newest, that are looked through for what learning changed."""


async def query(services: Services, _session: Session, _message: LearnStatusQuery) -> LearnStatus:
    """What is going on."""
    return services.schedule.status()


async def now(services: Services, _session: Session, message: LearnNow) -> LearnStatus:
    """Begin a course; how it goes is pushed."""
    services.schedule.begin(message.part, _persona(services, message.persona))
    return services.schedule.status()


async def activity(services: Services, _session: Session, message: Activity) -> None:
    """A user who is back gets the machine back."""
    services.schedule.user_is(away=message.idle)


async def stop(services: Services, _session: Session, _message: LearnStop) -> LearnStatus:
    """End the course under way."""
    await services.learning.stop()
    return services.schedule.status()


async def pause(services: Services, _session: Session, message: LearnPause) -> LearnStatus:
    """Begin none by itself, or again."""
    await services.schedule.pause(message.paused)
    return services.schedule.status()


async def roll_back(services: Services, _session: Session, message: LearnRollback) -> LearnStatus:
    """Use the version before."""
    persona = _persona(services, message.persona)
    await services.learning.stop()
    await asyncio.to_thread(services.store.versions.roll_back, persona)
    await asyncio.to_thread(services.writing.load_personal, persona)
    services.completions.begin_anew(services.writing.known(persona))
    services.schedule.tell()
    return services.schedule.status()


async def history(services: Services, _: Session, message: LearnHistoryQuery) -> LearnHistory:
    """Every version."""
    persona = _persona(services, message.persona)
    versions = await asyncio.to_thread(services.store.versions.history, persona)
    return LearnHistory(versions=[_as_message(version) for version in versions])


async def habits(services: Services, _: Session, message: HabitsQuery) -> Habits:
    """What the memory knows best."""
    found = await asyncio.to_thread(
        services.writing.habits, _persona(services, message.persona), message.most
    )
    return Habits(phrases=[KnownPhrase(text=one.text, times=one.times) for one in found])


async def quiet_hours(
    services: Services, _session: Session, message: LearnQuietHours
) -> LearnStatus:
    """When no course begins by itself."""
    hours = message.hours
    await services.schedule.set_quiet_hours(QuietHours(hours.start, hours.end) if hours else None)
    return services.schedule.status()


async def documents(services: Services, _: Session, message: VersionDocumentsQuery) -> Captures:
    """Behind a version."""
    store = services.store.documents
    return await asyncio.to_thread(store.behind, message.version, message.limit)


async def changed(services: Services, session: Session, message: ChangesQuery) -> Changes | None:
    """Where what was learned tells most; answered when the engine has found it out."""
    persona = _persona(services, message.persona)
    personal = services.writing.known(persona).personal
    if personal is NOTHING_LEARNED:
        return Changes(changes=[])
    written = await asyncio.to_thread(services.store.documents.own_texts, persona, CHANGED_TEXTS)
    texts = [one.text for one in written]

    def answer(result: asyncio.Future[list[Change]]) -> None:
        reply: Message = ProtocolError("busy").as_message()
        if not result.cancelled():
            found = result.result()
            reply = Changes(
                changes=[
                    msgspec.convert(one, messages.Change, from_attributes=True) for one in found
                ]
            )
        reply.id = message.id
        session.post(reply)

    result = services.completions.when_quiet(
        f"changes {session.id}",
        lambda is_cancelled: services.changes(texts, personal, message.most, is_cancelled),
    )
    result.add_done_callback(answer)
    return None


def _persona(services: Services, name: str | None) -> str:
    return name or services.writing.persona


def _as_message(version: Version) -> LearnedVersion:
    return msgspec.convert(
        {
            "version": version.id,
            "part": version.part,
            "state": version.state.value,
            "reason": version.reason,
            "created_at": version.created_at,
            "tokens": version.tokens,
            "cpu_seconds": version.cpu_seconds,
            "documents": version.documents,
            **version.figures,
        },
        LearnedVersion,
    )


ROUTES = (
    Route(LearnStatusQuery, query, PERSONAL),
    Route(LearnNow, now, PERSONAL),
    Route(Activity, activity, PERSONAL, immediate=True),
    Route(LearnStop, stop, PERSONAL),
    Route(LearnPause, pause, PERSONAL),
    Route(LearnRollback, roll_back, PERSONAL),
    Route(LearnHistoryQuery, history, PERSONAL),
    Route(HabitsQuery, habits, PERSONAL),
    Route(LearnQuietHours, quiet_hours, PERSONAL),
    Route(VersionDocumentsQuery, documents, PERSONAL),
    Route(ChangesQuery, changed, PERSONAL),
)
