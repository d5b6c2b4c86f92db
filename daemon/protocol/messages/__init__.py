"""Every message of WebSocket protocol v1: the single source of truth.

The TypeScript types and the JSON Schema in ``extension/link`` are generated from these structs.
A message is one JSON object in one text frame; ``type`` selects the struct, ``id`` ties an answer
to its request (answers repeat the id of the request, pushes carry an empty one). Unknown fields
are ignored; an unknown ``type`` is answered with `Error`.

Text offsets never cross the wire, only text: JavaScript counts UTF-16 units and Python counts
code points, and a protocol that mixes them corrupts somebody's emoji.
"""

from __future__ import annotations

from daemon.protocol.messages.base import (
    MAX_AFTER_CHARS,
    MAX_BEFORE_CHARS,
    MAX_DOCUMENT_CHARS,
    MAX_FRAME_BYTES,
    MAX_TAUGHT_CHARS,
    PROTOCOL_VERSION,
    SUBPROTOCOL,
    CharCount,
    DocumentId,
    FieldId,
    Hex32,
    Id,
    Label,
    Message,
    PersonaName,
    Site,
)
from daemon.protocol.messages.captures import (
    Capture,
    Captured,
    Captures,
    CapturesChanged,
    CapturesDelete,
    CapturesQuery,
    Deleted,
    Document,
    Place,
    Teach,
)
from daemon.protocol.messages.completion import (
    Cancel,
    Complete,
    FieldClosed,
    Outcome,
    OutcomeResult,
    OutcomeRevised,
    Suggestion,
)
from daemon.protocol.messages.federation import (
    FederationDoing,
    FederationForgetRounds,
    FederationJoin,
    FederationLeave,
    FederationLimits,
    FederationNow,
    FederationPause,
    FederationRound,
    FederationStatus,
    FederationStatusQuery,
    FederationVerdict,
)
from daemon.protocol.messages.handshake import (
    Challenge,
    Hello,
    PairChallenge,
    Paired,
    PairHello,
    PairProof,
    Proof,
    Welcome,
)
from daemon.protocol.messages.importing import Imported, ImportedText, ImportTexts
from daemon.protocol.messages.learning import (
    Activity,
    Change,
    Changes,
    ChangesQuery,
    Habits,
    HabitsQuery,
    KnownPhrase,
    LearnCourse,
    LearnedVersion,
    LearnFigures,
    LearnHistory,
    LearnHistoryQuery,
    LearnNow,
    LearnPart,
    LearnPause,
    LearnQuietHours,
    LearnRollback,
    LearnStatus,
    LearnStatusQuery,
    LearnStop,
    QuietHours,
    VersionDocumentsQuery,
)
from daemon.protocol.messages.liveness import Error, ErrorCode, Ping, Pong
from daemon.protocol.messages.pairings import (
    PairBegin,
    PairCode,
    Pairing,
    PairingRemove,
    Pairings,
    PairingsQuery,
)
from daemon.protocol.messages.personas import (
    Persona,
    PersonaAdd,
    PersonaAssign,
    PersonaRemove,
    Personas,
    PersonasQuery,
    PersonaUse,
)
from daemon.protocol.messages.preferences import Preferences, PreferencesQuery, PreferencesSet
from daemon.protocol.messages.sites import CompletionsSet, SiteRule, Sites, SiteSet, SitesQuery
from daemon.protocol.messages.status import Status, StatusQuery

ClientMessage = (
    PairHello
    | PairProof
    | Hello
    | Proof
    | Complete
    | Cancel
    | FieldClosed
    | Outcome
    | OutcomeRevised
    | Capture
    | Teach
    | CapturesQuery
    | CapturesDelete
    | SitesQuery
    | SiteSet
    | CompletionsSet
    | PersonasQuery
    | PersonaAdd
    | PersonaUse
    | PersonaAssign
    | PersonaRemove
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
    | LearnQuietHours
    | VersionDocumentsQuery
    | ChangesQuery
    | FederationStatusQuery
    | FederationJoin
    | FederationLeave
    | FederationPause
    | FederationLimits
    | FederationNow
    | FederationForgetRounds
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
    | Personas
    | Preferences
    | Status
    | Imported
    | LearnStatus
    | LearnHistory
    | Habits
    | Changes
    | FederationStatus
    | PairCode
    | Pairings
    | Error
    | Pong
)

__all__ = [
    "MAX_AFTER_CHARS",
    "MAX_BEFORE_CHARS",
    "MAX_DOCUMENT_CHARS",
    "MAX_FRAME_BYTES",
    "MAX_TAUGHT_CHARS",
    "PROTOCOL_VERSION",
    "SUBPROTOCOL",
    "Activity",
    "Cancel",
    "Capture",
    "Captured",
    "Captures",
    "CapturesChanged",
    "CapturesDelete",
    "CapturesQuery",
    "Challenge",
    "Change",
    "Changes",
    "ChangesQuery",
    "CharCount",
    "ClientMessage",
    "Complete",
    "CompletionsSet",
    "DaemonMessage",
    "Deleted",
    "Document",
    "DocumentId",
    "Error",
    "ErrorCode",
    "FederationDoing",
    "FederationForgetRounds",
    "FederationJoin",
    "FederationLeave",
    "FederationLimits",
    "FederationNow",
    "FederationPause",
    "FederationRound",
    "FederationStatus",
    "FederationStatusQuery",
    "FederationVerdict",
    "FieldClosed",
    "FieldId",
    "Habits",
    "HabitsQuery",
    "Hello",
    "Hex32",
    "Id",
    "ImportTexts",
    "Imported",
    "ImportedText",
    "KnownPhrase",
    "Label",
    "LearnCourse",
    "LearnFigures",
    "LearnHistory",
    "LearnHistoryQuery",
    "LearnNow",
    "LearnPart",
    "LearnPause",
    "LearnQuietHours",
    "LearnRollback",
    "LearnStatus",
    "LearnStatusQuery",
    "LearnStop",
    "LearnedVersion",
    "Message",
    "Outcome",
    "OutcomeResult",
    "OutcomeRevised",
    "PairBegin",
    "PairChallenge",
    "PairCode",
    "PairHello",
    "PairProof",
    "Paired",
    "Pairing",
    "PairingRemove",
    "Pairings",
    "PairingsQuery",
    "Persona",
    "PersonaAdd",
    "PersonaAssign",
    "PersonaName",
    "PersonaRemove",
    "PersonaUse",
    "Personas",
    "PersonasQuery",
    "Ping",
    "Place",
    "Pong",
    "Preferences",
    "PreferencesQuery",
    "PreferencesSet",
    "Proof",
    "QuietHours",
    "Site",
    "SiteRule",
    "SiteSet",
    "Sites",
    "SitesQuery",
    "Status",
    "StatusQuery",
    "Suggestion",
    "Teach",
    "VersionDocumentsQuery",
    "Welcome",
]
