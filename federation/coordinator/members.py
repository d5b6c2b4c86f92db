"""Nodes that have proven who they are to the SuperLink, through this gateway."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from federation.signatures import PUBLIC_KEY_HEADER, SESSION_HEADER, is_signed

_MOST = 100_000


class ReplacedError(Exception):
    """Another process with the same key has joined after this one."""


@dataclass(slots=True)
class NodeSession:
    """One node."""

    node_id: int
    session: str


@dataclass(slots=True)
class Members:
    """Who has been let in, by public key. Of two processes with one key the last to join stays."""

    _of_key: OrderedDict[str, NodeSession] = field(default_factory=OrderedDict)

    def recognise(self, headers: Mapping[str, str]) -> NodeSession | None:
        """The member that signed this request.

        Raises `ReplacedError` for a process that was replaced.
        """
        member = self._of_key.get(headers.get(PUBLIC_KEY_HEADER, ""))
        if member is None or not is_signed(headers, time.time()):
            return None
        if member.session != headers.get(SESSION_HEADER, ""):
            raise ReplacedError
        return member

    def joined(self, headers: Mapping[str, str], node_id: int) -> None:
        """The SuperLink has activated this node for the process that sent these headers."""
        key = headers.get(PUBLIC_KEY_HEADER, "")
        self._of_key[key] = NodeSession(node_id, headers.get(SESSION_HEADER, ""))
        self._of_key.move_to_end(key)
        while len(self._of_key) > _MOST:
            self._of_key.popitem(last=False)

    def seen(self, headers: Mapping[str, str], node_id: int) -> None:
        """The SuperLink has answered this process, which joined before we were started."""
        if headers.get(PUBLIC_KEY_HEADER, "") not in self._of_key:
            self.joined(headers, node_id)
