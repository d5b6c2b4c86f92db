"""What is kept can be listed, searched and replaced."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daemon.preferences import Preferred
from daemon.protocol.messages import CapturesQuery, Place, SiteRule
from daemon.store import STORE_FILE, Store, load_key
from daemon.store import settings as settings_module
from daemon.store.selection import Which
from plm_engine.completion.presets import Amount, Length
from tests.letters import SITE, letter

any_text = st.text(st.characters(codec=None), max_size=400)
"""Lone surrogates and NUL too: JavaScript can send both."""
on_one_store = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("store")
    opened = Store.open(folder / STORE_FILE, load_key(folder, store_exists=False))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _emptied(store: Store) -> Iterator[None]:
    yield
    store.documents.delete(Which(everything=True))


def texts(store: Store, query: str = "", **options: str | int | None) -> list[str]:
    page = store.documents.query(CapturesQuery(query=query, **options))  # type: ignore[arg-type]
    return [document.text for document in page.documents]


@on_one_store
@given(any_text)
@example("👩‍👩‍👧‍👦 🏳️‍🌈 שלום \u202e مرحبا \x00 e\u0301")
@example("\ud83d and \udc00")
def test_any_text_comes_back_as_it_was_with_lone_surrogates_replaced(
    store: Store, text: str
) -> None:
    store.documents.add(letter(text))
    assert texts(store)[0] == text.encode("utf-8", "replace").decode()


@on_one_store
@given(any_text)
@example('"')
@example("* OR NEAR(a b) AND NOT text:x ^y")
@example("'; DROP TABLE documents; --")
@example("\x00")
def test_no_query_is_too_strange(store: Store, query: str) -> None:
    store.documents.add(letter("An ordinary text"))
    page = store.documents.query(CapturesQuery(query=query))
    assert page.total == len(page.documents) in (0, 1)


@on_one_store
@given(st.lists(st.sampled_from(["rain", "snow", "wind", "sun"]), min_size=1, max_size=4))
def test_a_search_finds_the_documents_with_all_of_its_words(store: Store, words: list[str]) -> None:
    kept = ["rain and snow", "wind, snow, and sun", "rain, wind and sun"]
    for number, text in enumerate(kept):
        store.documents.add(letter(text, draft=f"d{number}"))
    expected = [text for text in kept if all(word in text for word in words)]
    assert sorted(texts(store, " ".join(words))) == sorted(expected)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("marigolds", True),
        ("MARIGOLDS", True),
        ("marig", True),
        ("the marig", True),
        ("golds", False),
        ("cafe", True),
        ("café", True),
        ("Привет", True),
        ("привет", True),
        ("tulips", False),
        ("…", True),
        ("→", False),
    ],
)
def test_search_knows_beginnings_case_and_accents(store: Store, query: str, found: bool) -> None:
    store.documents.add(letter("The marigolds at the café… Привет"))
    assert bool(texts(store, query)) is found


def test_a_search_result_shows_its_surroundings_with_the_hits_marked(store: Store) -> None:
    long = "word " * 100 + "marigold in the garden " + "word " * 100
    store.documents.add(letter(long))
    (document,) = store.documents.query(CapturesQuery(query="garden")).documents
    assert document.snippet is not None
    assert "marigold in the \ue000garden\ue001" in document.snippet
    assert len(document.snippet) < 200
    assert store.documents.query(CapturesQuery()).documents[0].snippet is None


@on_one_store
@given(count=st.integers(0, 12), limit=st.integers(1, 5))
def test_pages_are_newest_first_without_gaps_or_repeats(
    store: Store, count: int, limit: int
) -> None:
    store.documents.delete(Which(everything=True))
    ids = [store.documents.add(letter(f"text {n}", draft=f"d{n}")).id for n in range(count)]
    seen: list[int] = []
    last, more = None, True
    while more:
        page = store.documents.query(CapturesQuery(limit=limit, older_than=last))
        assert page.total == count
        assert len(page.documents) <= limit
        seen += [document.id for document in page.documents]
        if page.documents:
            end = page.documents[-1]
            last = Place(created_at=end.created_at, id=end.id)
        more = page.more
    assert seen == ids[::-1]


@on_one_store
@given(days=st.lists(st.integers(1, 28), max_size=12), offset=st.integers(0, 12))
def test_the_list_goes_by_the_time_of_writing_not_of_keeping(
    store: Store, days: list[int], offset: int
) -> None:
    store.documents.delete(Which(everything=True))
    for number, day in enumerate(days):
        store.documents.add(letter("a day", draft=f"d{number}"), f"2026-11-{day:02}T12:00:00+00:00")
    page = store.documents.query(CapturesQuery(offset=offset))
    found = [int(document.created_at[8:10]) for document in page.documents]
    assert found == sorted(days, reverse=True)[offset:]
    assert page.total == len(days)


SELECTIONS: dict[str, dict[str, Any]] = {
    "numbers": {"ids": [1, 3]},
    "words": {"query": "rain sn"},
    "a sign": {"query": "!"},
    "a site": {"site": SITE},
    "a persona": {"persona": "default"},
    "days": {"since": "2026-11-02", "before": "2026-11-03T12:00:00"},
    "words on some days": {"query": "rain", "since": "2026-11-02"},
    "words on another site": {"query": "rain", "site": "other.example"},
}


@pytest.mark.parametrize("selection", SELECTIONS.values(), ids=SELECTIONS)
def test_what_is_found_is_what_the_same_words_delete(
    store: Store, selection: dict[str, Any]
) -> None:
    kept = [
        store.documents.add(letter(text, draft=str(day)), f"2026-11-{day:02}T09:00:00+00:00").id
        for day, text in enumerate(("rain", "rain and snow", "snow!", "the wind"), start=1)
    ]
    selection = selection | ({"ids": [kept[0], kept[2]]} if "ids" in selection else {})
    asked = {{"ids": "documents"}.get(name, name): value for name, value in selection.items()}
    found = [one.id for one in store.documents.query(CapturesQuery(**asked)).documents]
    assert sorted(store.documents.delete(Which(**selection))) == sorted(found)
    left = [one.id for one in store.documents.query(CapturesQuery()).documents]
    assert sorted(left) == sorted(set(kept) - set(found))


def test_a_letter_alone_is_a_word_and_no_beginning(store: Store) -> None:
    store.documents.add(letter("I am here", draft="1"))
    store.documents.add(letter("It is", draft="2"))
    assert texts(store, "i") == ["I am here"]


def test_a_later_report_of_the_same_draft_replaces_the_earlier_one(store: Store) -> None:
    first = store.documents.add(letter("Dear Ann")).id
    second = store.documents.add(letter("Dear Anna, thank you")).id
    assert first == second
    assert texts(store) == ["Dear Anna, thank you"]
    assert texts(store, "Ann") == ["Dear Anna, thank you"]
    assert texts(store, "thank") == ["Dear Anna, thank you"]


def test_drafts_of_two_sites_never_replace_each_other(store: Store) -> None:
    store.documents.add(letter("one"))
    store.documents.add(letter("two", site="other.example"))
    assert texts(store) == ["two", "one"]
    assert texts(store, site=SITE) == ["one"]
    assert texts(store, "on", site=SITE) == ["one"]


def test_deleting_says_how_many_and_leaves_the_others(store: Store) -> None:
    ids = [store.documents.add(letter(f"text {n}", draft=f"d{n}")).id for n in range(1_200)]
    kept = store.documents.add(letter("kept", site="other.example")).id
    assert store.documents.delete(Which(ids=[ids[0], ids[0], 10**9])) == [ids[0]]
    assert sorted(store.documents.delete(Which(ids=ids[1:1_101]))) == ids[1:1_101]
    assert sorted(store.documents.delete(Which(site=SITE))) == ids[1_101:]
    assert store.documents.delete(Which(ids=[])) == []
    assert [document.id for document in store.documents.query(CapturesQuery()).documents] == [kept]
    assert store.documents.delete(Which(everything=True)) == [kept]
    assert len(store.documents) == 0


def test_numbers_of_deleted_documents_are_not_used_again(store: Store) -> None:
    number = store.documents.add(letter("gone")).id
    store.documents.delete(Which(ids=[number]))
    assert store.documents.add(letter("new")).id > number


def test_a_site_is_off_until_it_is_switched_on_and_rules_are_exact(store: Store) -> None:
    assert not store.sites.allows(SITE)
    store.sites.set(SITE, capture=True)
    assert store.sites.allows(SITE)
    for other in ("www." + SITE, "example", SITE + ":8080", SITE.upper()):
        assert not store.sites.allows(other)
    store.sites.set(SITE, capture=False)
    assert not store.sites.allows(SITE)


def test_capture_and_suggestions_of_a_site_are_switched_apart(store: Store) -> None:
    store.sites.set(SITE, completions=False)
    assert store.sites.rules() == [SiteRule(site=SITE, capture=False, completions=False)]
    store.sites.set(SITE, capture=True)
    assert store.sites.rules() == [SiteRule(site=SITE, capture=True, completions=False)]
    store.sites.set(SITE, completions=True)
    assert store.sites.rules() == [SiteRule(site=SITE, capture=True, completions=True)]


def test_sites_with_documents_are_listed_also_without_a_rule(store: Store) -> None:
    store.documents.add(letter("one", site="b.example"))
    store.sites.set("a.example", capture=True)
    assert store.sites.rules()[:2] == [
        SiteRule(site="a.example", capture=True, documents=0),
        SiteRule(site="b.example", capture=False, documents=1),
    ]


def test_the_switch_for_completions_is_on_until_it_is_turned(store: Store) -> None:
    assert store.settings.completions()
    store.settings.set_completions(False)
    assert not store.settings.completions()
    store.settings.set_completions(True)
    assert store.settings.completions()


def test_preferences_are_the_middle_ones_until_they_are_changed_one_by_one(
    store: Store,
) -> None:
    assert store.settings.preferred() == Preferred(amount=Amount.BALANCED, length=Length.PHRASE)
    store.settings.set_preferred(Amount.FEW, None)
    assert store.settings.preferred() == Preferred(amount=Amount.FEW, length=Length.PHRASE)
    store.settings.set_preferred(None, Length.SENTENCE)
    store.settings.set_preferred(None, None)
    assert store.settings.preferred() == Preferred(amount=Amount.FEW, length=Length.SENTENCE)


def test_a_choice_that_only_another_version_offers_counts_as_none(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.settings.set_preferred(Amount.FEW, Length.WORD)
    monkeypatch.setattr(settings_module, "Amount", StrEnum("Amount", {"LAVISH": "lavish"}))
    assert store.settings.preferred() == Preferred(length=Length.WORD)


def test_pairings_are_listed_without_their_secrets(store: Store) -> None:
    origin = "chrome-extension://" + "a" * 32
    store.pairings.add("p1", "Chromium", origin, b"s" * 32)
    found = store.pairings.get("p1")
    assert found is not None
    assert (found.origin, found.secret) == (origin, b"s" * 32)
    (listed,) = store.pairings.list()
    assert (listed.id, listed.client) == ("p1", "Chromium")
    store.pairings.remove("p1")
    assert store.pairings.get("p1") is None
    assert store.pairings.list() == []


def test_events_are_counted(store: Store) -> None:
    store.events.count("shown", 3)
    store.events.count("shown")
    store.events.count("accepted", 2)
    assert store.events.totals() == {"shown": 4, "accepted": 2}


def test_days_are_deleted_from_the_first_to_before_the_last(store: Store) -> None:
    days = ("2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04")
    numbers = [
        store.documents.add(letter("a day", draft=day), f"{day}T23:59:59+00:00").id for day in days
    ]
    gone = store.documents.delete(Which(since="2026-11-02", before="2026-11-04"))
    assert sorted(gone) == numbers[1:3]
    assert store.documents.delete(Which(before="2026-11-02")) == numbers[:1]
    assert store.documents.delete(Which(since="2026-11-01")) == numbers[3:]


def test_nothing_is_deleted_if_nothing_is_named(store: Store) -> None:
    store.documents.add(letter("it stays"))
    with pytest.raises(ValueError, match="no documents are named"):
        store.documents.delete(Which())
    assert len(store.documents) == 1
