"""What a feature says about each message that it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from daemon.protocol.messages import ClientMessage, Message
from daemon.services import Services
from daemon.session import Kind, Session

M = TypeVar("M", bound=Message)

EVERYONE = frozenset(Kind)
PERSONAL = frozenset({Kind.BROWSER, Kind.CLI})
"""Clients that proved a pairing."""
CLI_ONLY = frozenset({Kind.CLI})


@dataclass(frozen=True, slots=True)
class Route(Generic[M]):
    """One message type: who may send it and what answers it."""

    message: type[M]
    answer: Callable[[Services, Session, M], Awaitable[Message | None]]
    who: frozenset[Kind]
    immediate: bool = False
    """Answered without waiting for earlier messages; must not block."""


Routes = dict[type[ClientMessage], Route[Any]]
