"""A node joins a community, and leaves it: it shows its keys to the coordinator, and believes
nothing that the invitation does not vouch for.

These are its only connections but for those with which it takes part, and they go where the
invitation says.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass, field

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from federation import enrolment, release
from federation.calls import new_session
from federation.enrolment import LARGEST_ANSWER, PATH, REFUSED, Enrolled, EnrolmentFormatError, Keys
from federation.identity import CertificateError, Identity, Trust, verify
from federation.invitation import Invitation
from federation.node.fleet_calls import checked_address
from federation.release import Release, ReleaseError

_PATIENCE_S = 300.0
"""For some megabytes over a slow line."""
_SILENCE_S = 60.0
_CHUNK = 64 * 2**10
_MOST_WORDS = 200
_OK = 200
_LATER = frozenset({408, 429, 500, 502, 503, 504})
_REFUSED = 403


class EnrolmentError(Exception):
    """Why the node has not joined: one line for the user."""

    def __init__(
        self, reason: str, *, may_try_again: bool = False, is_refusal: bool = False
    ) -> None:
        super().__init__(reason)
        self.may_try_again = may_try_again
        """Whether the same may work later."""
        self.is_refusal = is_refusal
        """The coordinator itself said that it will not have this node."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What a node has to keep of having joined, beside its invitation."""

    node_id: int
    keys: Keys = field(repr=False)
    identity: Identity
    release: Release

    @property
    def until(self) -> int:
        """When its certificate ends, in seconds since 1970; to be renewed before."""
        return self.identity.certificate.not_after


async def enrol(
    invitation: Invitation, keys: Keys | None = None, *, current: Release | None = None
) -> Joined:
    """Join a community, or renew the certificate of a node that has ``keys`` and a release.

    Raises `EnrolmentError`.
    """
    if keys is None:
        keys = Keys.new()
    request = enrolment.enrolment(keys, invitation.community, invitation.token)
    answer = await _post(invitation, enrolment.encode(request))
    try:
        enrolled = enrolment.read_enrolled(answer)
        return await asyncio.to_thread(_joined, invitation, keys, enrolled, current)
    except (EnrolmentFormatError, CertificateError, ReleaseError) as error:
        raise EnrolmentError(f"the coordinator cannot be believed: {error}") from None


async def leave(invitation: Invitation, identity: Ed25519PrivateKey) -> None:
    """Be forgotten by a community. Raises `EnrolmentError`."""
    request = enrolment.leaving(identity, invitation.community)
    await _post(invitation, enrolment.encode(request))


def _joined(
    invitation: Invitation, keys: Keys, enrolled: Enrolled, current: Release | None
) -> Joined:
    certificate = enrolled.certificate
    authority = Ed25519PublicKey.from_public_bytes(invitation.authority)
    verify(certificate, Trust(authority, time.time()))
    if not certificate.node.isdecimal() or not 0 < int(certificate.node) < 2**64:
        raise CertificateError("the certificate names no node")
    offered = release.decode(enrolled.release)
    statement, _ = release.verified(
        offered,
        Ed25519PublicKey.from_public_bytes(invitation.publisher),
        community=invitation.community,
        base=invitation.base,
        current=current,
    )
    if statement.strategy != invitation.strategy:
        raise ReleaseError("the release is of another strategy than the invitation")
    return Joined(int(certificate.node), keys, Identity(keys.identity, certificate), offered)


async def _post(invitation: Invitation, body: bytes) -> bytes:
    try:
        base = checked_address(invitation.url)
        # Where an invitation names certificates, no other authority is believed.
        context = ssl.create_default_context(cadata=invitation.certificates or None)
    except ssl.SSLError:
        raise EnrolmentError("the invitation is damaged: its certificates are none") from None
    except ValueError as error:
        raise EnrolmentError(str(error)) from None
    try:
        async with (
            new_session(context) as session,
            session.post(
                base + PATH,
                data=body,
                headers={"Accept-Encoding": "identity"},
                skip_auto_headers=("User-Agent",),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=_PATIENCE_S, sock_read=_SILENCE_S),
            ) as answer,
        ):
            content = await _content(answer)
    except aiohttp.ClientConnectorCertificateError:
        raise EnrolmentError("the coordinator is not who the invitation says") from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise EnrolmentError("the coordinator is out of reach", may_try_again=True) from None
    _raise_for_status(answer, content)
    return content


async def _content(answer: aiohttp.ClientResponse) -> bytes:
    largest = LARGEST_ANSWER if answer.status == _OK else _MOST_WORDS
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > largest:
            answer.close()
            if answer.status == _OK:
                raise EnrolmentError("the coordinator answers with more than a release can be")
            break
    return bytes(content[:largest])


def _raise_for_status(answer: aiohttp.ClientResponse, content: bytes) -> None:
    status = answer.status
    if status == _OK:
        return
    if status in _LATER:
        raise EnrolmentError("the coordinator is busy", may_try_again=True)
    if status == _REFUSED:
        words = "".join(one for one in content.decode("utf-8", "replace") if one.isprintable())
        is_refusal = REFUSED in answer.headers
        raise EnrolmentError(f"the coordinator refuses: {words}", is_refusal=is_refusal)
    raise EnrolmentError("there is no coordinator at the address of the invitation")
