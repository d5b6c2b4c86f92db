"""Errors, and signs of life."""

from __future__ import annotations

from typing import Literal

from daemon.protocol.messages.base import Message

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
    version: int | None = None
    """With code ``version``: what is spoken here, so that the client knows which side is older."""


class Ping(Message, tag="ping"):
    """Either way: keeps a browser's background worker awake while a field is in use."""


class Pong(Message, tag="pong"):
    """The answer to `Ping`."""
