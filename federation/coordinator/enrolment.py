"""Lets nodes in, and out: what the gateway does with what is posted to enrol."""

from __future__ import annotations

import hmac
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from federation import enrolment, release
from federation.calls import RefusedError, UnreachableError
from federation.coordinator.folder import Folder
from federation.coordinator.gateway import EnrolmentRefusedError
from federation.coordinator.roll import FullError, Roll, TakenError
from federation.enrolment import Enrolled, Enrolment, EnrolmentFormatError, Leaving
from federation.identity import Certificate, issue
from federation.release import Release

_DAY_S = 86_400
VALID_S = 365 * _DAY_S
"""A node enrols again, with its keys, before its certificate ends."""


class Nodes(Protocol):
    """Whom the SuperLink lets in; see `federation.coordinator.run.Registry`."""

    async def register(self, public_key: bytes) -> int:
        """Let in whoever has this key; the node's id."""

    async def unregister(self, node_id: int) -> None:
        """Let it out for good."""

    async def knows(self, node_id: int) -> bool:
        """Whether there is such a node."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a community's nodes enrol."""

    folder: Folder
    nodes: Nodes
    roll: Roll
    newest: Callable[[], Release]
    clock: Callable[[], float] = time.time

    async def enrol(self, packed: bytes) -> bytes:
        """What a node sends → what it is answered: nothing, if it leaves.

        The same keys again are the same node, with a new certificate. Raises
        `EnrolmentRefusedError`, `UnreachableError` where the node shall come later, and
        `RefusedError` for keys that were let out.
        """
        charter = self.folder.charter
        try:
            request = enrolment.read_request(packed)
            enrolment.check_proofs(request, charter.name)
            if isinstance(request, Leaving):
                await self._forget(request.identity)
                return b""
            certificate = await self._admit(request, charter.token)
        except EnrolmentFormatError as error:
            raise EnrolmentRefusedError(f"Not so: {error}.") from None
        except TakenError:
            raise EnrolmentRefusedError("These keys belong to two different nodes.") from None
        except FullError:
            raise EnrolmentRefusedError("The community is full.") from None
        except sqlite3.Error:  # the disk is full, as a rule
            raise UnreachableError("cannot write it down", 60) from None
        return enrolment.encode(Enrolled(certificate, release.encode(self.newest())))

    async def _admit(self, request: Enrolment, token: str) -> Certificate:
        now = int(self.clock())
        if self.roll.is_expelled(request.identity):
            raise EnrolmentRefusedError("The operator has expelled this device.")
        known = self.roll.node_of(request.identity)
        if known is None:  # a token may be changed without losing members
            _check_token(request.token, token)
            self.roll.make_room(now)
        node_id = await self.nodes.register(request.transport)
        node = str(node_id)
        if known not in {None, node} and self.roll.identity_of(node) is None:
            await self._renumber(str(known), node_id)
        self.roll.enter(node, request.identity, now, now + VALID_S)
        return issue(
            self.folder.authority,
            node=node,
            key=request.identity,
            not_before=now - _DAY_S,
            not_after=now + VALID_S,
        )

    async def _forget(self, identity: bytes) -> None:
        node = self.roll.node_of(identity)
        if node is not None:
            with suppress(RefusedError):  # which no longer knows it
                await self.nodes.unregister(int(node))
            self.roll.strike_off(node)

    async def _renumber(self, known: str, node_id: int) -> None:
        """The SuperLink has lost its database, or these are the keys of two nodes."""
        if await self.nodes.knows(int(known)):
            await self.nodes.unregister(node_id)  # it has just come into being, for nothing
        else:
            self.roll.renumber(known, str(node_id))


def _check_token(token: str, wanted: str) -> None:
    if not hmac.compare_digest(token.encode(), wanted.encode()):
        raise EnrolmentRefusedError("The invitation is no longer good: ask for a new one.")
