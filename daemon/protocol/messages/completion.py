"""What comes next?"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from daemon.protocol.messages.base import MAX_AFTER_CHARS, MAX_BEFORE_CHARS, FieldId, Message, Site


class Complete(Message, tag="complete"):
    """Client → daemon: what comes next? A newer request for the same field replaces this one."""

    field: FieldId
    before: Annotated[str, Meta(max_length=MAX_BEFORE_CHARS)]
    after: Annotated[str, Meta(max_length=MAX_AFTER_CHARS)] = ""
    site: Site | None = None
    max_words: Annotated[int, Meta(ge=1, le=40)] | None = None
    """As far as the user prefers when it is not said here."""
    explicit: bool = False
    """Asked for by the user: show even an unsure suggestion."""


class Suggestion(Message, tag="suggestion"):
    """Daemon → client, one or more per `Complete`: ``text`` grows until ``done``."""

    field: FieldId
    text: str
    confidence: float
    suppressed: str | None = None
    """Why nothing is shown: a name from `plm_engine.completion.Suppression`, or
    ``completions_off`` when the global switch is off."""
    done: bool = True
    tokens: int = 0
    ms: float = 0.0
    """Milliseconds from the request's arrival to this message."""


class Cancel(Message, tag="cancel"):
    """Client → daemon: the field's pending completion is no longer wanted."""

    field: FieldId


class FieldClosed(Message, tag="field_closed"):
    """Client → daemon: the field is gone, its cached state can go too."""

    field: FieldId


OutcomeResult = Literal[
    "accepted", "accepted_word", "typed_through", "dismissed", "ignored", "undone"
]
AcceptedChars = Annotated[int, Meta(ge=0, le=10_000)]


class Outcome(Message, tag="outcome"):
    """Client → daemon: what became of a shown suggestion. Counts only, never text."""

    field: FieldId
    result: OutcomeResult
    shown_chars: Annotated[int, Meta(ge=0, le=10_000)]
    accepted_chars: AcceptedChars = 0
    ghost_ms: Annotated[float, Meta(ge=0)] | None = None
    """Milliseconds from the key press to the ghost on screen, as the page measured it."""


class OutcomeRevised(Message, tag="outcome_revised"):
    """Client → daemon: what was accepted was undone, or done again. Counts only, never text."""

    field: FieldId
    was: OutcomeResult
    """As it was reported last."""
    was_accepted_chars: AcceptedChars
    result: OutcomeResult
    """``undone`` when nothing of it is left."""
    accepted_chars: AcceptedChars
