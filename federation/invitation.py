"""What somebody is given to join a community: one line of text, with all that is pinned.

Whoever hands it out is trusted once; after that the server that carries the messages is not.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from federation.identity import Key

_PREFIX = "plm-join-1."
_MOST_CHARS = 20_000


class InvitationError(ValueError):
    """Why a line is no invitation: one line for the user."""


class Invitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """To a community."""

    community: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    """Its name, for people."""
    url: Annotated[str, msgspec.Meta(max_length=300)]
    """Of its coordinator; nothing else is connected to."""
    base: str
    """Digest of the base model that its adapter is for."""
    strategy: str
    authority: Key
    """Ed25519, public: signs the certificates of members."""
    publisher: Key
    """Ed25519, public: signs releases."""
    certificates: str = ""
    """PEM of the authorities that vouch for the server; empty: the system's own."""
    token: str = ""
    """Lets its holder enrol; empty where anybody may."""


def written(invitation: Invitation) -> str:
    """As one line."""
    packed = base64.urlsafe_b64encode(msgspec.msgpack.encode(invitation))
    return _PREFIX + packed.decode().rstrip("=")


def read(line: str) -> Invitation:
    """Raises `InvitationError`."""
    text = line.strip()
    if not text.startswith(_PREFIX) or len(text) > _MOST_CHARS:
        raise InvitationError("this is no invitation to a community")
    packed = text.removeprefix(_PREFIX)
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        invitation = msgspec.msgpack.decode(raw, type=Invitation)
    except (binascii.Error, ValueError, RecursionError):
        raise InvitationError("the invitation is damaged: ask for it again") from None
    check_url(invitation.url)
    return invitation


def check_url(url: str) -> None:
    """Of a coordinator. Raises `InvitationError`."""
    try:
        parts = urlsplit(url)
        is_sound = parts.port != 0 and not (parts.username or parts.query or parts.path.strip("/"))
    except ValueError:
        is_sound = False
    if not is_sound or not parts.hostname:
        raise InvitationError("the invitation names no coordinator")
    is_here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise InvitationError("the coordinator cannot be reached safely: it has no https address")
