"""What is learned, and how it goes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from daemon.protocol.messages.base import Message, PersonaName

Hour = Annotated[int, Meta(ge=0, le=23)]
LearnPart = Literal["adapter", "prompt"]
CoursePart = Literal["adapter", "prompt", "shared"]
"""What a course is about; ``shared``: what a federation made is tried."""


class LearnStatusQuery(Message, tag="learn_status_query"):
    """Client → daemon: what have you learned, and are you learning?"""


class LearnNow(Message, tag="learn_now"):
    """Client → daemon: learn from what is new, without waiting until nobody needs the machine."""

    part: LearnPart = "adapter"
    persona: PersonaName | None = None
    """By default, the one in use."""


class Activity(Message, tag="activity"):
    """Browser → daemon: whether its user has been away from the machine for a minute."""

    idle: bool


class LearnStop(Message, tag="learn_stop"):
    """Client → daemon: end the course under way; another can go on from there."""


class LearnPause(Message, tag="learn_pause"):
    """Client → daemon: begin no course by yourself, or do so again."""

    paused: bool


class LearnRollback(Message, tag="learn_rollback"):
    """Client → daemon: use the version before the one in use again."""

    persona: PersonaName | None = None


class LearnCourse(msgspec.Struct, kw_only=True):
    """What is going on."""

    part: CoursePart
    persona: str
    stage: str
    fraction: float
    held: bool
    """It stands still, since somebody writes."""


class LearnStatus(Message, tag="learn_status"):
    """Daemon → client: the answer, and a push whenever it changes."""

    persona: str
    """The one in use."""
    version: int | None
    """In use, of that one."""
    course: LearnCourse | None
    paused: bool
    last: str | None
    """What the last course since the daemon started ended with."""
    waits_for: str | None
    """Why no course begins by itself just now."""
    quiet_hours: QuietHours | None


class LearnHistoryQuery(Message, tag="learn_history_query"):
    """Client → daemon: every version so far."""

    persona: PersonaName | None = None


class LearnFigures(msgspec.Struct, kw_only=True):
    """How well a version predicts texts that it was not learned from."""

    bits_per_char: float
    keystrokes_saved: float
    general_bits_per_char: float


class LearnedVersion(msgspec.Struct, kw_only=True):
    """One version: figures only."""

    version: int
    part: CoursePart
    state: Literal["in_use", "kept", "discarded", "retired"]
    reason: str
    created_at: str
    tokens: int
    """Learned from."""
    cpu_seconds: float
    documents: int
    """Texts that it was learned from and would be retired with."""
    before: LearnFigures
    """Of the version that was in use, on the same texts."""
    after: LearnFigures


class LearnHistory(Message, tag="learn_history"):
    """Daemon → client: the newest first."""

    versions: list[LearnedVersion]


class LearnQuietHours(Message, tag="learn_quiet_hours"):
    """Client → daemon: begin no course by yourself from one hour to another; none: at any hour."""

    hours: QuietHours | None


class QuietHours(msgspec.Struct, kw_only=True):
    """Hours of the day, as the machine's clock shows them; past midnight if the end is earlier."""

    start: Hour
    end: Hour
    """The first hour in which it may begin again."""


class VersionDocumentsQuery(Message, tag="version_documents_query"):
    """Client → daemon: which texts was this version learned from? The newest first."""

    version: Annotated[int, Meta(ge=1)]
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class ChangesQuery(Message, tag="changes_query"):
    """Client → daemon: where does what was learned change the predictions most?"""

    persona: PersonaName | None = None
    most: Annotated[int, Meta(ge=1, le=50)] = 10


class Change(msgspec.Struct, kw_only=True):
    """A word of the user's newest texts, as the model predicts it without and with what it
    learned."""

    before: str
    """The few words in front of it."""
    word: str
    chance_before: float
    chance_after: float


class Changes(Message, tag="changes"):
    """Daemon → client: the greatest first."""

    changes: list[Change]


class HabitsQuery(Message, tag="habits_query"):
    """Client → daemon: which phrases of mine do you know best?"""

    persona: PersonaName | None = None
    most: Annotated[int, Meta(ge=1, le=100)] = 20


class KnownPhrase(msgspec.Struct, kw_only=True):
    """A phrase that its user wrote more than once."""

    text: str
    times: int


class Habits(Message, tag="habits"):
    """Daemon → client: the most frequent first."""

    phrases: list[KnownPhrase]
