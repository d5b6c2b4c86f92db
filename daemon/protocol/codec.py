"""Frames to messages and back, with errors that never repeat what was sent."""

from __future__ import annotations

from typing import get_args

import msgspec

from daemon.protocol.messages import (
    PROTOCOL_VERSION,
    ClientMessage,
    Error,
    ErrorCode,
    Id,
    Message,
)

_TEXTS: dict[ErrorCode, str] = {
    "malformed": "This message could not be read.",
    "unknown_type": "This type of message is not known here.",
    "too_large": "This message is too large.",
    "not_authenticated": "This client is not paired.",
    "refused": "This client may not ask for that.",
    "version": "This version of the protocol is not spoken here.",
    "busy": "Too much is waiting already; try again.",
    "storage": "The store could not do this.",
    "internal": "Something went wrong here.",
}


class ProtocolError(Exception):
    """Something to tell the client. Both parts are fixed text."""

    def __init__(self, code: ErrorCode, message: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message or _TEXTS[code]
        self.id = ""
        """The request that this answers, when it could be read."""

    def as_message(self) -> Error:
        """The error as it goes out."""
        version = PROTOCOL_VERSION if self.code == "version" else None
        return Error(id=self.id, code=self.code, message=self.message, version=version)


class _Envelope(msgspec.Struct):
    type: str
    id: Id = ""


_CLIENT: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_ENVELOPE = msgspec.json.Decoder(_Envelope)
_ENCODER = msgspec.json.Encoder()
_KNOWN = {str(struct.__struct_config__.tag) for struct in get_args(ClientMessage)}


def decode(frame: str) -> ClientMessage:
    """Read one frame, or raise `ProtocolError`."""
    try:
        return _CLIENT.decode(frame)
    except (ValueError, RecursionError):  # ValueError: malformed JSON, wrong types, bad Unicode
        # The cause is dropped on purpose: its text can hold what the client sent.
        raise _explain(frame) from None


def _explain(frame: str) -> ProtocolError:
    try:
        envelope = _ENVELOPE.decode(frame)
    except (ValueError, RecursionError):
        return ProtocolError("malformed")
    error = ProtocolError("malformed" if envelope.type in _KNOWN else "unknown_type")
    error.id = envelope.id
    return error


def encode(message: Message) -> str:
    """One frame."""
    return _ENCODER.encode(message).decode()
