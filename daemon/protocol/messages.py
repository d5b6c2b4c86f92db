"""Every message of WebSocket protocol v1: the single source of truth.

The TypeScript types and the JSON Schema in ``extension/link`` are generated from these structs.
A message is one JSON object in one text frame; ``type`` selects the struct, ``id`` ties an answer
to its request (answers repeat the id of the request, pushes carry an empty one). Unknown fields
are ignored; an unknown ``type`` is answered with `Error`.

Text offsets never cross the wire, only text: JavaScript counts UTF-16 units and Python counts
code points, and a protocol that mixes them corrupts somebody's emoji.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from plm_engine.completion.presets import Amount, Length

PROTOCOL_VERSION = 1
SUBPROTOCOL = "plm.v1"
MAX_FRAME_BYTES = 1_048_576
MAX_BEFORE_CHARS = 2_000
MAX_AFTER_CHARS = 300
MAX_DOCUMENT_CHARS = 200_000

Id = Annotated[str, Meta(max_length=64)]
"""Chosen by the sender, unique within its connection."""
Hex32 = Annotated[str, Meta(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")]
"""32 bytes in lower-case hexadecimal: nonces and HMAC-SHA256 proofs."""
Site = Annotated[str, Meta(min_length=1, max_length=253, pattern=r"^[a-z0-9.:\[\]-]+$(?!\n)")]
"""Exact lower-case host (with port when it is not the scheme's own); never a suffix rule.

The look-ahead is for Python, where ``$`` also matches before a final line break."""
FieldId = Annotated[str, Meta(min_length=1, max_length=64)]
"""Names one field of one page for as long as it exists; random, says nothing about the page."""
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$(?!\n)")]
"""ISO 8601."""
Label = Annotated[str, Meta(max_length=120)]
DocumentId = Annotated[int, Meta(ge=1, le=2**53 - 1)]
"""Within what JavaScript counts exactly."""
CharCount = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Message(msgspec.Struct, tag_field="type", kw_only=True):
    """What every message has."""

    id: Id = ""


# --- handshake: pairing once, then a mutual challenge on every connection ------------------------


class PairHello(Message, tag="pair_hello"):
    """Client → daemon: begin pairing with the code that the daemon shows to its user."""

    nonce: Hex32
    client: Label


class PairChallenge(Message, tag="pair_challenge"):
    """Daemon → client: the daemon proves that it knows the code."""

    nonce: Hex32
    proof: Hex32


class PairProof(Message, tag="pair_proof"):
    """Client → daemon: the client proves that it knows the code."""

    proof: Hex32


class Paired(Message, tag="paired"):
    """Daemon → client: done; both sides now derive the same secret, which never travels."""

    pairing: Id


class Hello(Message, tag="hello"):
    """Client → daemon, first message of an ordinary connection."""

    pairing: Id
    nonce: Hex32
    version: int = PROTOCOL_VERSION


class Challenge(Message, tag="challenge"):
    """Daemon → client: proof that the daemon holds the pairing's secret, and its own nonce."""

    nonce: Hex32
    proof: Hex32


class Proof(Message, tag="proof"):
    """Client → daemon: proof that the client holds the pairing's secret."""

    proof: Hex32


class Welcome(Message, tag="welcome"):
    """Daemon → client: the session is open. Nothing else is answered before this."""

    daemon_version: str
    completions: bool
    """The global completion switch."""
    sites: list[SiteRule]


# --- completion ----------------------------------------------------------------------------------


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


OutcomeResult = Literal["accepted", "accepted_word", "typed_through", "dismissed", "ignored"]


class Outcome(Message, tag="outcome"):
    """Client → daemon: what became of a shown suggestion. Counts only, never text."""

    field: FieldId
    result: OutcomeResult
    shown_chars: Annotated[int, Meta(ge=0, le=10_000)]
    accepted_chars: Annotated[int, Meta(ge=0, le=10_000)] = 0
    ghost_ms: Annotated[float, Meta(ge=0)] | None = None
    """Milliseconds from the key press to the ghost on screen, as the page measured it."""


# --- capture and review --------------------------------------------------------------------------


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


class Captured(Message, tag="captured"):
    """Daemon → client: stored, or the named reason why not."""

    document: int | None
    refused: str | None = None


class Document(msgspec.Struct, kw_only=True):
    """One captured text."""

    id: int
    site: str
    kind: str
    text: str
    typed_chars: int
    pasted_chars: int
    created_at: str
    """ISO 8601, UTC."""
    snippet: str | None = None
    """In search results: the match with its surroundings, hits between U+E000 and U+E001."""


class CapturesQuery(Message, tag="captures_query"):
    """Client → daemon: list (empty ``query``) or search documents, newest first."""

    query: Annotated[str, Meta(max_length=200)] = ""
    site: Site | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    before: DocumentId | None = None
    """Page on: only documents with a smaller id."""


class Captures(Message, tag="captures"):
    """Daemon → client: one page."""

    documents: list[Document]
    total: int
    """How many match in all, on every page."""
    more: bool


class CapturesDelete(Message, tag="captures_delete"):
    """Client → daemon: delete for good: rows, search index and free pages.

    Exactly one of these selects what: numbers, a site, days, or everything. What was learned from
    them is out of use as well.
    """

    documents: Annotated[list[DocumentId], Meta(max_length=1_000)] | None = None
    site: Site | None = None
    since: Day | None = None
    """The first day (UTC)."""
    before: Day | None = None
    """The day after the last."""
    everything: bool = False


class Deleted(Message, tag="deleted"):
    """Daemon → client: how many documents are gone."""

    count: int


class CapturesChanged(Message, tag="captures_changed"):
    """Daemon → every client: the list of documents changed, ask again if you show it."""


# --- sites and settings --------------------------------------------------------------------------


class SiteRule(msgspec.Struct, kw_only=True):
    """What is allowed on one exact host. A host without a rule: no capture."""

    site: str
    capture: bool
    documents: int = 0


class SitesQuery(Message, tag="sites_query"):
    """Client → daemon: all rules."""


class SiteSet(Message, tag="site_set"):
    """Client → daemon: switch capture on or off for one exact host."""

    site: Site
    capture: bool


class Sites(Message, tag="sites"):
    """Daemon → client, as an answer, and to every client when a rule or the switch changed."""

    sites: list[SiteRule]
    completions: bool


class CompletionsSet(Message, tag="completions_set"):
    """Client → daemon: the global completion switch."""

    enabled: bool


# --- preferences ---------------------------------------------------------------------------------


class PreferencesQuery(Message, tag="preferences_query"):
    """Client → daemon: how much is suggested?"""


class PreferencesSet(Message, tag="preferences_set"):
    """Client → daemon: change what is named; the rest stays as it is."""

    amount: Amount | None = None
    length: Length | None = None


class Preferences(Message, tag="preferences"):
    """Daemon → client, as an answer, and to every client when they changed."""

    amount: Amount
    length: Length


# --- status --------------------------------------------------------------------------------------


class StatusQuery(Message, tag="status_query"):
    """Client → daemon: how are you?"""


class Status(Message, tag="status"):
    """Daemon → client. Counts and times only."""

    daemon_version: str
    uptime_s: float
    base: str
    """Name of the base model in use."""
    documents: int
    sites: int
    key_protection: Literal["keyring", "file"]
    rss_mb: float
    sessions: int
    suggestions: int
    shown: int
    accepted: int
    dismissed: int
    chars_saved: int
    latency_ms_p50: float | None = None
    latency_ms_p95: float | None = None
    """Request to suggestion, measured in the daemon."""
    ghost_ms_p50: float | None = None
    ghost_ms_p95: float | None = None
    """Key press to ghost on screen, as pages measured it."""


# --- import (command line only) ------------------------------------------------------------------


class ImportedText(msgspec.Struct, kw_only=True):
    """A text that the user wrote elsewhere."""

    draft: FieldId
    """The same for the same text."""
    site: Site
    kind: Label
    text: Annotated[str, Meta(max_length=MAX_DOCUMENT_CHARS)]
    written: Label = ""
    """ISO 8601; empty if it is not known."""


class ImportTexts(Message, tag="import_texts"):
    """Command line → daemon: keep these."""

    texts: Annotated[list[ImportedText], Meta(max_length=200)]


class Imported(Message, tag="imported"):
    """Daemon → command line."""

    kept: int
    refused: int
    """They look like numbers or secrets that PLM does not keep."""


# --- learning ------------------------------------------------------------------------------------


LearnPart = Literal["adapter", "prompt"]


class LearnStatusQuery(Message, tag="learn_status_query"):
    """Client → daemon: what have you learned, and are you learning?"""


class LearnNow(Message, tag="learn_now"):
    """Client → daemon: learn from what is new, without waiting for a quiet hour."""

    part: LearnPart = "adapter"


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


class LearnCourse(msgspec.Struct, kw_only=True):
    """What is going on."""

    part: LearnPart
    stage: str
    fraction: float
    held: bool
    """It stands still, since somebody writes."""


class LearnStatus(Message, tag="learn_status"):
    """Daemon → client: the answer, and a push whenever it changes."""

    version: int | None
    """In use."""
    course: LearnCourse | None
    paused: bool
    last: str | None
    """What the last course since the daemon started ended with."""
    waits_for: str | None
    """Why no course begins by itself just now."""


class LearnHistoryQuery(Message, tag="learn_history_query"):
    """Client → daemon: every version so far."""


class LearnFigures(msgspec.Struct, kw_only=True):
    """How well a version predicts texts that it was not learned from."""

    bits_per_char: float
    keystrokes_saved: float
    general_bits_per_char: float


class LearnedVersion(msgspec.Struct, kw_only=True):
    """One version: figures only."""

    version: int
    part: LearnPart
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


class HabitsQuery(Message, tag="habits_query"):
    """Client → daemon: which phrases of mine do you know best?"""

    most: Annotated[int, Meta(ge=1, le=100)] = 20


class KnownPhrase(msgspec.Struct, kw_only=True):
    """A phrase that its user wrote more than once."""

    text: str
    times: int


class Habits(Message, tag="habits"):
    """Daemon → client: the most frequent first."""

    phrases: list[KnownPhrase]


# --- pairings (command line only) ----------------------------------------------------------------


class PairBegin(Message, tag="pair_begin"):
    """Command line → daemon: accept one new browser for the next minutes."""


class PairCode(Message, tag="pair_code"):
    """Daemon → command line: the code to show to the user. Good once."""

    code: str
    expires_s: int


class Pairing(msgspec.Struct, kw_only=True):
    """One client that may connect."""

    id: str
    client: str
    origin: str
    created_at: str


class PairingsQuery(Message, tag="pairings_query"):
    """Command line → daemon: who may connect?"""


class PairingRemove(Message, tag="pairing_remove"):
    """Command line → daemon: this client may not connect any more; open sessions are closed."""

    pairing: Id


class Pairings(Message, tag="pairings"):
    """Daemon → command line."""

    pairings: list[Pairing]


# --- errors and liveness -------------------------------------------------------------------------


ErrorCode = Literal[
    "malformed",
    "unknown_type",
    "too_large",
    "not_authenticated",
    "refused",
    "version",
    "busy",
    "storage",
    "internal",
]


class Error(Message, tag="error"):
    """Daemon → client. ``message`` is fixed text: it never repeats what the client sent."""

    code: ErrorCode
    message: str


class Ping(Message, tag="ping"):
    """Either way: keeps a browser's background worker awake while a field is in use."""


class Pong(Message, tag="pong"):
    """The answer to `Ping`."""


ClientMessage = (
    PairHello
    | PairProof
    | Hello
    | Proof
    | Complete
    | Cancel
    | FieldClosed
    | Outcome
    | Capture
    | CapturesQuery
    | CapturesDelete
    | SitesQuery
    | SiteSet
    | CompletionsSet
    | PreferencesQuery
    | PreferencesSet
    | StatusQuery
    | ImportTexts
    | LearnStatusQuery
    | LearnNow
    | LearnStop
    | Activity
    | LearnPause
    | LearnRollback
    | LearnHistoryQuery
    | HabitsQuery
    | PairBegin
    | PairingsQuery
    | PairingRemove
    | Ping
)
DaemonMessage = (
    PairChallenge
    | Paired
    | Challenge
    | Welcome
    | Suggestion
    | Captured
    | Captures
    | Deleted
    | CapturesChanged
    | Sites
    | Preferences
    | Status
    | Imported
    | LearnStatus
    | LearnHistory
    | Habits
    | PairCode
    | Pairings
    | Error
    | Pong
)
