"""A community's beginning, and the line of text with which others come to it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation import release
from federation.coordinator.folder import Charter, Folder, FolderError
from federation.invitation import Invitation
from federation.layout import Layout, Tensors
from federation.release import ReleaseError
from federation.strategies import STRATEGIES
from plm_engine.base.installed import InstalledBase


def found(path: Path, charter: Charter, base: InstalledBase, starter: Path | None = None) -> Folder:
    """A new community in ``path``. Its first release changes nothing yet, or is the adapter of a
    release of another community, in the file ``starter``.

    Raises `FolderError` where there is one already, and for a starter that does not fit.
    """
    state = STRATEGIES[charter.strategy].begin(base.config, seed=secrets.randbelow(2**32))
    if starter:
        state = replace(state, tensors=_adapter_of(starter, charter, state.tensors))
    return Folder.made(path, charter, state)


def _adapter_of(starter: Path, charter: Charter, like: Tensors) -> Tensors:
    try:
        statement, tensors = release.read(release.decode(starter.read_bytes()))
    except ReleaseError as error:
        raise FolderError(f"{starter.name} cannot be started from: {error}.") from None
    if statement.base != charter.base:
        raise FolderError(f"{starter.name} is for another base model.")
    if statement.strategy != charter.strategy:
        raise FolderError(f"{starter.name} needs --strategy {statement.strategy}.")
    if Layout.of(tensors, tensors) != Layout.of(like, like):
        raise FolderError(f"{starter.name} has another form than an adapter of this PLM.")
    return tensors


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
