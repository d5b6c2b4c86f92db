"""Joining a community: one line of text makes this machine a member."""

from __future__ import annotations

import asyncio

import msgspec

from daemon.federation.process import FederatingProcess
from daemon.store.federation import NewMembership
from federation import release
from federation.invitation import InvitationError, read
from federation.node.job import Failed, Join, Joined
from federation.release import ReleaseError

_WITHIN_S = 28
"""The command line waits a little longer."""


class FederationError(Exception):
    """Why it cannot be done: one line for the user."""


async def enrolled(line: str, base: str) -> NewMembership:
    """What the coordinator answered; ``base`` is the digest of the base model in use.

    Raises `FederationError`.
    """
    try:
        invitation = read(line)
    except InvitationError as error:
        raise FederationError(sentence(str(error))) from None
    if invitation.base != base:
        raise FederationError("This community shares an adapter for another base model.")
    joined = await _asked(Join(invitation=line.strip(), base=base))
    return NewMembership(
        community=joined.community,
        url=joined.url,
        invitation=line.strip(),
        keys=msgspec.msgpack.encode(joined.keys),
        device=str(joined.keys.node_id),
        release=joined.release,
        version=_version(joined.release),
    )


def sentence(reason: str) -> str:
    """As it is shown to somebody."""
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."


async def _asked(asked: Join) -> Joined:
    try:
        async with asyncio.timeout(_WITHIN_S), FederatingProcess.started(asked) as process:
            async for event in process.events():
                if isinstance(event, Joined):
                    return event
                if isinstance(event, Failed):
                    raise FederationError(sentence(event.reason))
    except TimeoutError:
        raise FederationError("The coordinator did not answer.") from None
    raise FederationError("Joining ended unexpectedly.")


def _version(packed: bytes) -> int:
    try:
        statement, _ = release.read(release.decode(packed))
    except ReleaseError as error:
        raise FederationError(sentence(str(error))) from None
    return statement.version
