"""The open sessions: who gets a push, and whom to close."""

from __future__ import annotations

from collections.abc import Iterator

from daemon.protocol.messages import Message
from daemon.session import Kind, Session


class Sessions:
    """Every session that is open right now."""

    def __init__(self) -> None:
        self._open: set[Session] = set()

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._open))

    def add(self, session: Session) -> None:
        """The session is open from now on."""
        self._open.add(session)

    def discard(self, session: Session) -> None:
        """The session is over."""
        self._open.discard(session)

    def push(self, message: Message) -> None:
        """Tell every browser and command line; the playground gets no personal data."""
        for session in self:
            if session.kind is not Kind.PLAYGROUND:
                session.post(message)
