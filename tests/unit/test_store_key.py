"""The store's key: made once, kept in the keyring where there is one, never made anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, KeyringLocked, NoKeyringError

from daemon.store import STORE_FILE, Store, StoreError, load_key
from daemon.store.key import KEY_FILE


class MemoryKeyring(KeyringBackend):
    """A keyring for as long as a test lasts: a back end like any other that keyring can use."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.trouble: KeyringError | None = None
        self.forgets = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.trouble:
            raise self.trouble
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.trouble:
            raise self.trouble
        if not self.forgets:
            self.kept[service, username] = password


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_a_keyring_keeps_the_key_and_no_file_does(ring: MemoryKeyring, tmp_path: Path) -> None:
    key = load_key(tmp_path, store_exists=False)
    assert key.protection == "keyring"
    assert list(ring.kept.values()) == [key.raw.hex()]
    assert list(tmp_path.iterdir()) == []
    assert load_key(tmp_path, store_exists=True) == key


@pytest.mark.parametrize("trouble", [NoKeyringError(), KeyringError()])
def test_without_a_keyring_a_file_keeps_it_that_only_its_user_can_read(
    ring: MemoryKeyring, tmp_path: Path, trouble: KeyringError
) -> None:
    ring.trouble = trouble
    key = load_key(tmp_path, store_exists=False)
    assert key.protection == "file"
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert load_key(tmp_path, store_exists=True) == key


def test_a_keyring_that_accepts_everything_and_keeps_nothing_is_not_trusted(
    ring: MemoryKeyring, tmp_path: Path
) -> None:
    ring.forgets = True
    assert load_key(tmp_path, store_exists=False).protection == "file"


def test_a_key_in_a_file_is_used_also_after_a_keyring_was_installed(
    ring: MemoryKeyring, tmp_path: Path
) -> None:
    ring.trouble = NoKeyringError()
    key = load_key(tmp_path, store_exists=False)
    ring.trouble = None
    assert load_key(tmp_path, store_exists=True) == key
    assert ring.kept == {}


def test_a_locked_keyring_is_an_error_and_no_reason_for_a_new_key(
    ring: MemoryKeyring, tmp_path: Path
) -> None:
    ring.trouble = KeyringLocked()
    with pytest.raises(StoreError, match=r"locked\. Unlock it"):
        load_key(tmp_path, store_exists=True)
    with pytest.raises(StoreError, match="locked"):
        load_key(tmp_path, store_exists=False)
    assert list(tmp_path.iterdir()) == []


def test_a_store_whose_key_is_gone_gets_no_new_one(ring: MemoryKeyring, tmp_path: Path) -> None:
    Store.open(tmp_path / STORE_FILE, load_key(tmp_path, store_exists=False)).close()
    ring.kept.clear()
    with pytest.raises(StoreError, match="neither the keyring nor the data folder"):
        load_key(tmp_path, store_exists=True)
    assert ring.kept == {}


@pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "00" * 31, "00" * 33])
def test_a_damaged_key_file_is_said_to_be_damaged(tmp_path: Path, content: str) -> None:
    (tmp_path / KEY_FILE).write_text(content)
    with pytest.raises(StoreError, match="key is damaged"):
        load_key(tmp_path, store_exists=True)
    assert (tmp_path / KEY_FILE).read_text() == content


def test_keys_differ_and_are_not_shown(tmp_path: Path, ring: MemoryKeyring) -> None:
    ring.trouble = NoKeyringError()
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    keys = [load_key(folder, store_exists=False) for folder in folders]
    assert keys[0].raw != keys[1].raw
    assert keys[0].raw.hex() not in repr(keys[0])
    assert repr(keys[0].raw) not in repr(keys[0])
