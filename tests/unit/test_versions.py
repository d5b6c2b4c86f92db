"""Versions of what was learned: one in use, a way back, and none left of what was deleted."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from daemon.protocol.messages import Capture
from daemon.store import Store, StoreError, StoreKey
from daemon.store.selection import Which
from daemon.store.versions import MOST_KEPT, NewVersion, StaleVersionError, State

KEY = StoreKey(bytes(32), "file")
PERSONA = "default"
LEARNED = b"a canary of what was learned" * 40


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "store.db", KEY)


def write(store: Store, *texts: str, added: str = "") -> list[int]:
    """Texts by their drafts' names."""
    return [
        store.documents.add(
            Capture(
                id="1",
                site="example.org",
                kind="textarea",
                text=text + added,
                typed_chars=len(text),
                pasted_chars=0,
                draft=f"draft {text}",
            )
        ).id
        for text in texts
    ]


def learn(
    store: Store, documents: list[int], *, kept: bool = True, learned: bytes = LEARNED
) -> int:
    """A version on top of the one in use."""
    current = store.versions.in_use(PERSONA)
    return store.versions.add(
        NewVersion(
            persona=PERSONA,
            part="adapter",
            base="a base",
            kept=kept,
            reason="it is better" if kept else "it is no better",
            parent=current.version.id if current else None,
            tokens=100,
            cpu_seconds=1.5,
            figures={"before": {}, "after": {}},
            learned=learned,
            documents={*documents, *(current.documents if current else ())},
        )
    )


def used(store: Store) -> int | None:
    current = store.versions.in_use(PERSONA)
    return current.version.id if current else None


def states(store: Store) -> list[str]:
    """The oldest first."""
    return [version.state.value for version in reversed(store.versions.history(PERSONA))]


def test_the_newest_version_that_was_kept_is_in_use(store: Store) -> None:
    documents = write(store, "one", "two")
    assert used(store) is None
    first = learn(store, documents[:1])
    assert used(store) == first
    second = learn(store, documents)
    assert used(store) == second
    assert states(store) == [State.KEPT, State.IN_USE]


def test_a_version_that_is_no_better_changes_nothing_and_keeps_nothing(store: Store) -> None:
    documents = write(store, "one")
    first = learn(store, documents)
    learn(store, documents, kept=False)
    assert used(store) == first
    assert states(store) == [State.IN_USE, State.DISCARDED]


def test_rolling_back_returns_step_by_step_to_nothing_learned(store: Store) -> None:
    documents = write(store, "one")
    first, _second = learn(store, documents), learn(store, documents)
    now = store.versions.roll_back(PERSONA)
    assert now is not None
    assert used(store) == now.id == first
    assert store.versions.roll_back(PERSONA) is None
    assert used(store) is None
    with pytest.raises(StoreError):
        store.versions.roll_back(PERSONA)


def test_deleting_a_text_retires_every_version_that_was_learned_from_it(store: Store) -> None:
    kept, deleted = write(store, "kept", "deleted")
    clean = learn(store, [kept])
    learn(store, [deleted])
    learn(store, [kept])  # its parent's documents are its own
    store.documents.delete(Which(ids=[deleted]))
    assert used(store) == clean
    assert states(store) == [State.IN_USE, State.RETIRED, State.RETIRED]


def test_what_the_version_fallen_back_to_does_not_know_is_learned_anew(store: Store) -> None:
    known, *others, deleted = write(store, "known", "other", "another", "deleted")
    learn(store, [known])
    learn(store, [*others, deleted])
    store.personas.set_learned_up_to(PERSONA, deleted)
    assert store.documents.count_new() == {PERSONA: 0}
    store.documents.delete(Which(ids=[deleted]))
    assert store.documents.count_new() == {PERSONA: len(others)}
    store.documents.delete(Which(ids=[known]))
    assert store.documents.count_new() == {PERSONA: len(others)}


def test_a_text_that_was_written_anew_retires_what_was_learned_from_it(store: Store) -> None:
    (number,) = write(store, "one")
    learn(store, [number])
    assert write(store, "one") == [number]
    assert states(store) == [State.IN_USE]  # nothing has changed
    assert write(store, "one", added=" and more") == [number]
    assert states(store) == [State.RETIRED]


def test_nothing_of_a_retired_version_is_left_in_any_file(store: Store, tmp_path: Path) -> None:
    plain = Store.open(tmp_path / "plain.db", KEY)
    (number,) = write(plain, "one")
    learn(plain, [number])
    plain.documents.delete(Which(ids=[number]))
    assert plain.versions.in_use(PERSONA) is None
    for file in tmp_path.iterdir():
        assert b"canary" not in file.read_bytes()
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "plain.db").execute("SELECT * FROM versions").fetchall()


def test_what_was_learned_from_a_text_deleted_meanwhile_is_refused(store: Store) -> None:
    documents = write(store, "one", "two")
    store.documents.delete(Which(ids=documents[:1]))
    with pytest.raises(StaleVersionError):
        learn(store, documents)
    assert states(store) == []


def test_a_version_on_top_of_one_that_is_no_longer_in_use_is_refused(store: Store) -> None:
    documents = write(store, "one")
    learn(store, documents)
    stale = NewVersion(
        persona=PERSONA,
        part="prompt",
        base="a base",
        kept=True,
        reason="",
        parent=None,
        tokens=1,
        cpu_seconds=0.0,
        figures={},
        learned=LEARNED,
        documents=set(documents),
    )
    with pytest.raises(StaleVersionError):
        store.versions.add(stale)


def test_only_the_newest_versions_can_be_returned_to(store: Store) -> None:
    documents = write(store, "one")
    for _ in range(MOST_KEPT + 2):
        learn(store, documents)
    for _ in range(MOST_KEPT - 1):
        assert store.versions.roll_back(PERSONA) is not None
    assert store.versions.roll_back(PERSONA) is None


def test_personas_have_versions_of_their_own(store: Store) -> None:
    documents = write(store, "one")
    learn(store, documents)
    assert store.versions.in_use("work") is None
    assert store.versions.history("work") == []


def test_a_checkpoint_belongs_to_one_course_and_goes_with_any_text(store: Store) -> None:
    (number,) = write(store, "one")
    store.versions.set_checkpoint(PERSONA, "course 1", b"state")
    assert store.versions.checkpoint(PERSONA, "course 1") == b"state"
    assert store.versions.checkpoint(PERSONA, "course 2") == b""
    store.documents.delete(Which(ids=[number]))
    assert store.versions.checkpoint(PERSONA, "course 1") == b""
