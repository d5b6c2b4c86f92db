"""How the daemon is."""

from __future__ import annotations

from typing import Literal

from daemon.protocol.messages.base import Message


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
