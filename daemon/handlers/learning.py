"""What has been learned, and learning on request."""

from __future__ import annotations

import asyncio

import msgspec

from daemon.handlers.route import PERSONAL, Route
from daemon.protocol.messages import (
    Activity,
    Habits,
    HabitsQuery,
    KnownPhrase,
    LearnedVersion,
    LearnHistory,
    LearnHistoryQuery,
    LearnNow,
    LearnPause,
    LearnRollback,
    LearnStatus,
    LearnStatusQuery,
    LearnStop,
)
from daemon.services import Services
from daemon.session import Session
from daemon.store.versions import Version
from daemon.writing import PERSONA


async def query(services: Services, _session: Session, _message: LearnStatusQuery) -> LearnStatus:
    """What is going on."""
    return services.schedule.status()


async def now(services: Services, _session: Session, message: LearnNow) -> LearnStatus:
    """Begin a course; how it goes is pushed."""
    services.schedule.begin(message.part)
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


async def roll_back(services: Services, _session: Session, _message: LearnRollback) -> LearnStatus:
    """Use the version before."""
    await services.learning.stop()
    await asyncio.to_thread(services.store.versions.roll_back, PERSONA)
    await asyncio.to_thread(services.writing.load_personal)
    services.completions.prepare(services.writing.known)
    services.schedule.tell()
    return services.schedule.status()


async def history(services: Services, _: Session, _message: LearnHistoryQuery) -> LearnHistory:
    """Every version."""
    versions = await asyncio.to_thread(services.store.versions.history, PERSONA)
    return LearnHistory(versions=[_as_message(version) for version in versions])


async def habits(services: Services, _: Session, message: HabitsQuery) -> Habits:
    """What the memory knows best."""
    found = await asyncio.to_thread(services.writing.habits, message.most)
    return Habits(phrases=[KnownPhrase(text=one.text, times=one.times) for one in found])


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
)
