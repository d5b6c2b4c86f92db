"""A text that was on its way while something was deleted does not bring it back."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.store import STORE_FILE, Store, load_key
from daemon.store.deletions import LONGEST_WAY
from daemon.store.personas import DEFAULT
from daemon.store.selection import Which
from tests.letters import SITE, letter

WORK = "work"
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / STORE_FILE, load_key(tmp_path, store_exists=False))
    opened.personas.add(WORK)
    opened.personas.assign("office.example", WORK)
    yield opened
    opened.close()


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def covered(
    store: Store,
    draft: str = "another",
    site: str = SITE,
    persona: str = DEFAULT,
    written: datetime.datetime | None = None,
) -> bool:
    """Whether a text of ten seconds ago may not be kept any more."""
    return store.deletions.cover(
        letter("late", draft=draft, site=site), persona, written or now() - 10 * SECOND
    )


def test_nothing_was_deleted_nothing_is_refused(store: Store) -> None:
    store.documents.add(letter("Dear Ann"))
    assert not covered(store)


@pytest.mark.parametrize(
    ("which", "site", "persona", "expected"),
    [
        (Which(everything=True), SITE, DEFAULT, True),
        (Which(site=SITE), SITE, DEFAULT, True),
        (Which(site="other.example"), SITE, DEFAULT, False),
        (Which(persona=DEFAULT), SITE, DEFAULT, True),
        (Which(persona=DEFAULT), SITE, WORK, False),
        (Which(since="2000-01-01"), SITE, DEFAULT, True),
        (Which(since="2999-01-01"), SITE, DEFAULT, False),
        (Which(before="2999-01-01"), SITE, DEFAULT, True),
        (Which(before="2000-01-01"), SITE, DEFAULT, False),
        (Which(since="2000-01-01", before="2001-01-01"), SITE, DEFAULT, False),
    ],
)
def test_a_deletion_covers_what_it_would_have_deleted(
    store: Store, which: Which, site: str, persona: str, expected: bool
) -> None:
    store.documents.delete(which)
    assert covered(store, site=site, persona=persona) is expected


def test_a_draft_that_was_kept_long_ago_and_is_written_on_does_not_come_back(store: Store) -> None:
    long_ago = (now() - 30 * LONGEST_WAY).isoformat(timespec="seconds")
    number = store.documents.add(letter("Dear Ann", draft="open for long"), long_ago).id
    store.documents.delete(Which(ids=[number]))
    assert covered(store, draft="open for long")


def test_what_is_written_afterwards_is_kept(store: Store) -> None:
    store.documents.delete(Which(everything=True))
    assert not covered(store, written=now())


WAYS: dict[str, Callable[[Store, int], object]] = {
    "by number": lambda store, number: store.documents.delete(Which(ids=[number])),
    "by site": lambda store, _: store.documents.delete(Which(site=SITE)),
    "with its persona": lambda store, _: store.personas.remove(WORK),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_draft_of_a_deleted_text_is_not_kept_again_whoever_writes_now(
    store: Store, way: str
) -> None:
    number = store.documents.add(letter("Dear Ann", draft="d1"), persona=WORK).id
    WAYS[way](store, number)
    assert covered(store, draft="d1")
    assert way == "by site" or not covered(store, draft="d2")


def test_what_a_removed_persona_wrote_on_its_sites_does_not_become_another_ones(
    store: Store,
) -> None:
    store.personas.remove(WORK)
    assert covered(store, site="office.example")
    assert not covered(store, site=SITE)


def test_what_was_deleted_is_remembered_no_longer_than_a_text_may_be_on_its_way(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.documents.delete(Which(everything=True))
    later = now() + LONGEST_WAY + SECOND

    class Later(datetime.datetime):
        @classmethod
        def now(cls, _tz: datetime.tzinfo | None = None) -> Later:
            return cls.fromtimestamp(later.timestamp(), datetime.UTC)

    monkeypatch.setattr(datetime, "datetime", Later)
    store.documents.delete(Which(site="other.example"))
    assert not covered(store, written=later - LONGEST_WAY - 10 * SECOND)
