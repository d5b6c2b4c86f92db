"""What is deleted is gone from the file; what is kept cannot be read without the key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.protocol.messages import CapturesQuery
from daemon.store import STORE_FILE, Store, load_key, text_index
from daemon.store.selection import Which
from tests.decrypted import stored_bytes
from tests.letters import SITE, letter

SECRET = "Xylophonist"
"""A word that nothing else contains; the index keeps it in small letters."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / STORE_FILE, load_key(tmp_path, store_exists=False))
    for number in range(50):
        opened.documents.add(letter(f"An ordinary text, number {number}", draft=f"d{number}"))
    yield opened
    opened.close()


def traces(folder: Path) -> bool:
    """Whether the word is anywhere in the decrypted file or its log, in the index too."""
    stored = stored_bytes(folder).lower()
    assert b"ordinary text" in stored, "the pages were not decrypted"
    return SECRET.lower().encode() in stored


WAYS: dict[str, Callable[[Store, int], object]] = {
    "by number": lambda store, number: store.documents.delete(Which(ids=[number])),
    "by site": lambda store, _: store.documents.delete(Which(site="private.example")),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_deleted_text_leaves_no_trace(store: Store, tmp_path: Path, way: str) -> None:
    text = f"{SECRET} plays. " * 400
    number = store.documents.add(letter(text, draft="private", site="private.example")).id
    assert traces(tmp_path)
    assert WAYS[way](store, number) == [number]
    assert not traces(tmp_path)


def test_deleting_everything_leaves_no_trace_of_anything(store: Store, tmp_path: Path) -> None:
    store.documents.add(letter(SECRET, draft="private"))
    store.documents.delete(Which(everything=True))
    stored = stored_bytes(tmp_path).lower()
    assert SECRET.lower().encode() not in stored
    assert b"ordinary" not in stored


@pytest.mark.parametrize("which", [Which(site=SITE), Which(query="ordinary")], ids=str)
def test_many_at_once_leave_no_trace_and_the_rest_is_found(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: Which
) -> None:
    monkeypatch.setattr(text_index, "MANY", 10)
    store.documents.add(letter(f"An ordinary {SECRET}", draft="private"))
    kept = letter("The ordinary text of somebody else's", draft="e", site="private.example")
    other = letter("Nothing of that kind: no ordinary text", draft="o", site="other.example")
    if which.site:
        store.documents.add(kept)
        store.documents.add(other)
    gone = store.documents.delete(which)
    assert len(gone) == 51
    assert SECRET.lower().encode() not in stored_bytes(tmp_path).lower()
    found = store.documents.query(CapturesQuery(query="ordinary"))
    assert found.total == (2 if which.site else 0)
    number = store.documents.add(letter("An ordinary text again", draft="n")).id
    assert store.documents.query(CapturesQuery(query="again")).total == 1
    store.documents.delete(Which(ids=[number]))
    assert store.documents.query(CapturesQuery(query="again")).total == 0


def test_what_the_user_rewrote_is_gone_with_the_next_version(store: Store, tmp_path: Path) -> None:
    store.documents.add(letter(f"{SECRET}, on second thoughts not", draft="private"))
    store.documents.add(letter("Something else", draft="private"))
    assert not traces(tmp_path)


def test_a_removed_pairing_takes_its_secret_along(store: Store, tmp_path: Path) -> None:
    secret = b"0123456789abcdef0123456789abcdef"
    store.pairings.add("p1", "Chromium", "chrome-extension://" + "a" * 32, secret)
    assert secret in stored_bytes(tmp_path)
    store.pairings.remove("p1")
    assert secret not in stored_bytes(tmp_path)


def test_nothing_readable_is_on_the_disk(store: Store, tmp_path: Path) -> None:
    store.documents.add(letter(SECRET, draft="private"))
    for file in tmp_path.iterdir():
        content = file.read_bytes().lower()
        for word in (SECRET, "ordinary", SITE, "create table", "sqlite format"):
            assert word.lower().encode() not in content, file.name
