"""The store's key: in the system's keyring, or where there is none in a file only we can read.

The key is 32 random bytes. It is made once; when a store exists whose key cannot be found, that is
an error, never a reason for a new key.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import keyring
from keyring.errors import KeyringError, KeyringLocked

from daemon.store.errors import StoreError

KEY_FILE = "store.key"
KEY_BYTES = 32
_SERVICE = "plm"
_USER = "store key"
_PATIENCE_S = 20
"""A locked keyring may ask its user for a password."""


@dataclass(frozen=True, slots=True)
class StoreKey:
    """The raw key and where it was kept."""

    raw: bytes = field(repr=False)
    protection: Literal["keyring", "file"]


def load_key(data_dir: Path, *, store_exists: bool) -> StoreKey:
    """Find the key, or make one for a new store. Raises `StoreError`."""
    file = data_dir / KEY_FILE
    if file.exists():
        return StoreKey(_parse(file.read_text("ascii", errors="replace")), "file")
    kept = _from_keyring()
    if kept:
        return StoreKey(_parse(kept), "keyring")
    if store_exists:
        raise StoreError(
            "The store's key is in neither the keyring nor the data folder. Unlock the keyring "
            "in which it was made, or restore the key file, and start again."
        )
    return _make(file)


def _make(file: Path) -> StoreKey:
    raw = secrets.token_bytes(KEY_BYTES)
    if _to_keyring(raw.hex()):
        return StoreKey(raw, "keyring")
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(raw.hex())
        opened.flush()
        os.fsync(opened.fileno())
    return StoreKey(raw, "file")


def _parse(text: str) -> bytes:
    with contextlib.suppress(ValueError):
        raw = bytes.fromhex(text.strip())
        if len(raw) == KEY_BYTES:
            return raw
    raise StoreError("The store's key is damaged: it is not 64 hexadecimal digits.")


def _from_keyring() -> str | None:
    try:
        return _patiently(lambda: keyring.get_password(_SERVICE, _USER))
    except (KeyringLocked, TimeoutError):
        raise StoreError("The keyring is locked. Unlock it and start again.") from None
    except (KeyringError, RuntimeError, OSError):
        return None


def _to_keyring(value: str) -> bool:
    """Whether the keyring really kept it: some accept everything and keep nothing."""

    def keep() -> str | None:
        keyring.set_password(_SERVICE, _USER, value)
        return keyring.get_password(_SERVICE, _USER)

    try:
        return _patiently(keep) == value
    except (KeyringError, TimeoutError, RuntimeError, OSError):
        return False


def _patiently(ask: Callable[[], str | None]) -> str | None:
    executor = ThreadPoolExecutor(1, thread_name_prefix="keyring")
    try:
        return executor.submit(ask).result(_PATIENCE_S)
    finally:
        executor.shutdown(wait=False)
