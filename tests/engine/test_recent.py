"""What the model reads before a text: whole texts, the newest last, and nothing forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plm_engine.memory.recent import MAX_TOKENS, RecentTexts

START = 0
texts = st.lists(st.integers(1, 9), max_size=MAX_TOKENS + 20).map(lambda tokens: [START, *tokens])
collections = st.dictionaries(st.integers(1, 40), texts, max_size=8)


def recent_of(known: dict[int, list[int]]) -> RecentTexts:
    recent = RecentTexts()
    recent.learn_all(known.items())
    return recent


def test_texts_come_in_the_order_of_time_as_far_as_there_is_room() -> None:
    half = [START, *[5] * (MAX_TOKENS // 2)]
    recent = recent_of({3: [START, 3], 1: half, 2: half})
    assert recent.preamble == (*half, START, 3)


def test_of_a_newest_text_that_is_too_long_the_beginning_is_read() -> None:
    long = [START, *range(1, 2 * MAX_TOKENS)]
    assert recent_of({1: [START, 1], 2: long}).preamble == tuple(long[:MAX_TOKENS])


@given(collections)
def test_it_is_never_longer_than_there_is_room_and_begins_a_text(
    known: dict[int, list[int]],
) -> None:
    preamble = recent_of(known).preamble
    assert len(preamble) <= MAX_TOKENS
    assert bool(preamble) == bool(known)
    assert preamble[:1] in ((), (START,))


@given(collections, collections)
def test_what_is_forgotten_has_never_been_there(
    known: dict[int, list[int]], other: dict[int, list[int]]
) -> None:
    new = {number: text for number, text in other.items() if number not in known}
    recent = recent_of(known | new)
    recent.forget_all(new)
    assert recent.preamble == recent_of(known).preamble
