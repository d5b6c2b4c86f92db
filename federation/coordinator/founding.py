"""A community's beginning, and the line of text with which others come to it."""

from __future__ import annotations

import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.coordinator.folder import Charter, Folder
from federation.invitation import Invitation
from federation.strategies import STRATEGIES
from plm_engine.base.installed import InstalledBase


def found(path: Path, charter: Charter, base: InstalledBase) -> Folder:
    """A new community in ``path``, with a first release that changes nothing yet.

    Raises `FolderError` where there is one already.
    """
    state = STRATEGIES[charter.strategy].begin(base.config, seed=secrets.randbelow(2**32))
    return Folder.made(path, charter, state)


def new_token() -> str:
    """One that nobody guesses."""
    return secrets.token_urlsafe(16)


def invitation(folder: Folder, certificates: str = "") -> Invitation:
    """To the community in a folder; ``certificates`` (PEM) vouch for its server, where the
    system's authorities do not. Raises `FolderError`."""
    charter = folder.charter
    return Invitation(
        community=charter.name,
        url=charter.url,
        base=charter.base,
        strategy=charter.strategy,
        authority=_public(folder.authority),
        publisher=_public(folder.publisher),
        certificates=certificates,
        token=charter.token,
    )


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
