"""What the user wrote: kept, reviewed, deleted."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from daemon.protocol.messages.base import (
    MAX_DOCUMENT_CHARS,
    MAX_NUMBERS,
    MAX_PASTE_CHARS,
    MAX_PASTES,
    MAX_TAUGHT_CHARS,
    CharCount,
    DocumentId,
    FieldId,
    Label,
    Message,
    Milliseconds,
    Moment,
    PersonaName,
    Site,
)

Paste = Annotated[str, Meta(max_length=MAX_PASTE_CHARS)]


class Capture(Message, tag="capture"):
    """Client → daemon: what the user had written when they submitted or left a field.

    A later capture with the same ``draft`` supersedes the earlier one.
    """

    draft: FieldId
    site: Site
    kind: Label
    """What sort of field: ``input``, ``textarea``, ``contenteditable``…"""
    text: Annotated[str, Meta(max_length=MAX_DOCUMENT_CHARS)]
    typed_chars: CharCount
    pasted_chars: CharCount = 0
    pastes: Annotated[list[Paste], Meta(max_length=MAX_PASTES)] = msgspec.field(
        default_factory=list
    )
    """What was pasted, so that it is not taken for the user's own words. Not stored."""
    waited_ms: Milliseconds = 0
    """How long ago it was written, when the daemon could not be reached then."""


class Teach(Message, tag="teach"):
    """Client → daemon: this is how I would have written it. Kept like a captured text."""

    text: Annotated[str, Meta(min_length=1, max_length=MAX_TAUGHT_CHARS)]
    persona: PersonaName | None = None
    """By default, the one in use."""


class Captured(Message, tag="captured"):
    """Daemon → client: stored, or the named reason why not."""

    document: int | None
    refused: str | None = None


class Document(msgspec.Struct, kw_only=True):
    """One captured text."""

    id: int
    persona: str
    site: str
    kind: str
    text: str
    typed_chars: int
    pasted_chars: int
    created_at: str
    """ISO 8601, UTC."""
    snippet: str | None = None
    """In search results: the match with its surroundings, hits between U+E000 and U+E001."""


Query = Annotated[str, Meta(max_length=200)]


class Place(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where in the list, the newest first, a document is."""

    created_at: Label
    id: DocumentId


class CapturesQuery(Message, tag="captures_query"):
    """Client → daemon: list (empty ``query``) or search documents, newest first.

    All of what is said has to hold.
    """

    documents: Annotated[list[DocumentId], Meta(max_length=MAX_NUMBERS)] | None = None
    query: Query = ""
    """Every word must be there; the last may be a beginning."""
    site: Site | None = None
    persona: PersonaName | None = None
    since: Moment | None = None
    before: Moment | None = None
    """Written before then."""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    offset: Annotated[int, Meta(ge=0, le=2**31)] = 0
    """Pass over so many of those that match."""
    older_than: Place | None = None
    """Page on: only documents after this one in the list."""


class Captures(Message, tag="captures"):
    """Daemon → client: one page."""

    documents: list[Document]
    total: int
    """How many match in all, on every page."""
    more: bool


class CapturesDelete(Message, tag="captures_delete"):
    """Client → daemon: delete for good: rows, search index and free pages.

    Either numbers, or everything, or all that matches what else is said, as in `CapturesQuery`.
    What was learned from them is out of use as well.
    """

    documents: Annotated[list[DocumentId], Meta(max_length=MAX_NUMBERS)] | None = None
    query: Query = ""
    site: Site | None = None
    persona: PersonaName | None = None
    since: Moment | None = None
    before: Moment | None = None
    everything: bool = False


class Deleted(Message, tag="deleted"):
    """Daemon → client: how many documents are gone."""

    count: int


class CapturesChanged(Message, tag="captures_changed"):
    """Daemon → every client: the list of documents changed, ask again if you show it."""
