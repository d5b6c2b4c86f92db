"""The n-gram memory: what it recalls, and that forgetting is exact."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from plm_engine.memory.memory import RECENT_TEXTS, NgramMemory
from plm_engine.memory.recall import NOTHING, RECENT_WEIGHT, Letters, Recall
from plm_engine.memory.segment import ORDER

START = 0
few_tokens = st.integers(1, 6)
texts = st.lists(few_tokens, max_size=30).map(lambda tokens: [START, *tokens])
collections = st.dictionaries(st.integers(1, 2**53 - 1), texts, max_size=8)


def memory_of(known: dict[int, list[int]]) -> NgramMemory:
    memory = NgramMemory()
    for number, tokens in known.items():
        memory.learn(number, tokens)
    return memory


def same(one: Recall, other: Recall) -> bool:
    """To the last bit."""
    return (
        (one.order, one.count) == (other.order, other.count)
        and np.array_equal(one.tokens, other.tokens)
        and one.probabilities.tobytes() == other.probabilities.tobytes()
    )


def letters(able: Iterable[int], **beginnings: set[int]) -> Letters:
    """That these tokens agree with; ``t5={7}``: token 5 spells only some, token 7 the rest."""
    rest = {int(name[1:]): ascending(after) for name, after in beginnings.items()}
    return Letters(ascending(able), rest)


def ascending(tokens: Iterable[int]) -> NDArray[np.int64]:
    return np.array(sorted(tokens), np.int64)


def followers(known: dict[int, list[int]], context: list[int]) -> Counter[int]:
    """What followed this context, counted the slow and obvious way."""
    found: Counter[int] = Counter()
    recent = max(known, default=0) - RECENT_TEXTS
    for number, tokens in known.items():
        for place in range(max(1, len(context)), len(tokens)):
            if tokens[place - len(context) : place] == context:
                found[tokens[place]] += RECENT_WEIGHT if number >= recent else 1
    return found


@given(collections, texts)
def test_it_finds_the_longest_context_that_was_seen(
    known: dict[int, list[int]], context: list[int]
) -> None:
    recall = memory_of(known).recall(context)
    longest = 0
    for order in range(1, min(ORDER, len(context)) + 1):
        if followers(known, context[-order:]):
            longest = order
    assert min(recall.order, len(context)) == longest
    if longest:
        seen = followers(known, context[-longest:])
        assert recall.count == sum(seen.values())
        assert set(seen) <= set(recall.tokens.tolist())


@given(collections, texts)
def test_probabilities_sum_to_one_and_tokens_are_sorted(
    known: dict[int, list[int]], context: list[int]
) -> None:
    recall = memory_of(known).recall(context)
    if recall:
        assert recall.probabilities.sum() == pytest.approx(1)
        assert (recall.probabilities > 0).all()
        assert (np.diff(recall.tokens) > 0).all()


@given(collections, texts, texts, st.booleans())
def test_a_text_that_was_forgotten_has_never_been_there(
    known: dict[int, list[int]], other: list[int], context: list[int], is_large: bool
) -> None:
    number = 2**53
    memory, untouched = memory_of(known), memory_of(known)
    memory.learn(number, other * (200 if is_large else 1))
    memory.forget(number)
    assert len(memory) == len(untouched)
    assert number not in memory
    for length in range(len(context)):
        assert same(memory.recall(context[:length]), untouched.recall(context[:length]))


@given(collections, texts)
def test_the_order_of_learning_and_all_at_once_make_no_difference(
    known: dict[int, list[int]], context: list[int]
) -> None:
    at_once = NgramMemory()
    at_once.learn_all(known.items())
    backwards = memory_of(dict(reversed(known.items())))
    assert same(at_once.recall(context), backwards.recall(context))


@given(collections, texts, texts)
def test_learning_a_text_again_replaces_it(
    known: dict[int, list[int]], changed: list[int], context: list[int]
) -> None:
    if not known:
        return
    number = next(iter(known))
    memory = memory_of(known)
    memory.learn(number, changed)
    assert same(memory.recall(context), memory_of(known | {number: changed}).recall(context))


@given(collections, texts, st.sets(few_tokens))
def test_letters_already_typed_narrow_what_it_recalls(
    known: dict[int, list[int]], context: list[int], able: set[int]
) -> None:
    recall = memory_of(known).recall(context, letters(able))
    assert set(recall.tokens.tolist()) <= able
    assert bool(recall) == bool(able & set(followers(known, [])))
    if recall:
        assert recall.probabilities.sum() == pytest.approx(1)
        assert (recall.probabilities > 0).all()


def test_what_was_written_lately_weighs_more() -> None:
    known = {number: [START, 5, number] for number in range(1, 3 * RECENT_TEXTS)}
    recall = memory_of(known).recall([START, 5])
    newest, oldest = max(known), min(known)
    assert recall.probability(newest) > recall.probability(oldest) > 0


def test_letters_already_typed_call_up_words_that_never_followed() -> None:
    memory = memory_of({1: [START, 7, 8], 2: [START, 9, 9]})
    assert not memory.recall([8])
    recall = memory.recall([8], letters({7, 9}))
    assert recall.order == 0
    assert recall.probability(9) > recall.probability(7) > 0


def test_a_token_that_spells_some_letters_counts_only_where_the_rest_agreed() -> None:
    memory = memory_of({1: [START, 5, 7, 5, 8, 5, 8], 2: [START, 6, 6]})
    assert memory.recall([START], letters({5, 6}, t5={7})).tokens.tolist() == [5, 6]
    assert memory.recall([START], letters({5, 6}, t5={9})).tokens.tolist() == [6]
    rarely = memory.recall([6], letters({5, 6}, t5={7}))
    often = memory.recall([6], letters({5, 6}, t5={8}))
    assert rarely.probability(5) < often.probability(5)


@given(collections, texts, st.sets(few_tokens), st.sets(few_tokens))
def test_what_disagrees_with_the_letters_may_as_well_not_have_been_able(
    known: dict[int, list[int]], context: list[int], able: set[int], rest: set[int]
) -> None:
    memory = memory_of(known)
    narrowed = memory.recall(context, letters(able | {1}, t1=rest))
    if not followers(known, [1]).keys() & rest:
        assert same(narrowed, memory.recall(context, letters(able - {1})))


@given(collections, texts)
def test_there_is_always_room_for_what_never_followed(
    known: dict[int, list[int]], context: list[int]
) -> None:
    recall = memory_of(known).recall(context)
    assert 0 < recall.escape <= 1


def test_what_was_seen_often_leaves_less_room_than_what_was_seen_once() -> None:
    once, often = memory_of({1: [START, 5]}), memory_of({n: [START, 5] for n in range(1, 9)})
    assert often.recall([START]).escape < once.recall([START]).escape


def test_a_fresh_memory_knows_nothing() -> None:
    assert same(NgramMemory().recall([START, 1, 2]), NOTHING)
    memory = memory_of({1: [START], 2: [START, 5]})
    memory.forget(7)
    assert same(memory.recall([9]), NOTHING)
    assert memory.recall([START]).probability(5) == 1.0
    assert memory.recall([START]).probability(6) == 0.0


@given(collections, st.lists(few_tokens, min_size=1, max_size=ORDER + 1))
def test_it_knows_what_was_written(known: dict[int, list[int]], wanted: list[int]) -> None:
    written = any(
        tokens[place : place + len(wanted)] == wanted
        for tokens in known.values()
        for place in range(1, len(tokens))
    )
    assert memory_of(known).has(wanted) == written


@given(collections)
def test_phrases_are_counted_as_often_as_they_were_written(known: dict[int, list[int]]) -> None:
    written = Counter(
        tuple(tokens[place : place + 4])
        for tokens in known.values()
        for place in range(len(tokens) - 3)
    )
    expected = {phrase: times for phrase, times in written.items() if times > 1}
    found = list(memory_of(known).phrases())
    assert {phrase.tokens: phrase.times for phrase in found} == expected
    assert [phrase.times for phrase in found] == sorted(expected.values(), reverse=True)


def test_texts_do_not_run_into_each_other() -> None:
    memory = memory_of({1: [START, 1, 2], 2: [START, 3, 4]})
    assert memory.recall([START, 1, 2]).order == 0
    assert memory.recall([2, START]).tokens.tolist() == [1, 3]


def test_a_longer_match_outweighs_many_short_ones() -> None:
    known = {number: [START, 9, 1] for number in range(1, 20)}
    known[99] = [START, 7, 8, 9, 2]
    recall = memory_of(known).recall([START, 7, 8, 9])
    assert recall.probability(2) > recall.probability(1)


def test_tokens_of_large_vocabularies_fit() -> None:
    tokens = [START, 151_000, 2_000_000, 151_000, 2_000_000, 5]
    assert memory_of({1: tokens}).recall([151_000, 2_000_000]).tokens.tolist() == [5, 151_000]


def test_reading_goes_on_while_another_thread_learns_and_forgets() -> None:
    memory = memory_of({1: [START, 1, 2, 3]})
    done = threading.Event()

    def change() -> None:
        for number in range(2, 400):
            memory.learn(number, [START, 1, 2, 4] * 30)
            memory.forget(number)
        done.set()

    thread = threading.Thread(target=change)
    thread.start()
    while not done.is_set():
        recall = memory.recall([START, 1, 2])
        assert recall.probabilities.sum() == pytest.approx(1)
        assert set(recall.tokens.tolist()) <= {3, 4}
    thread.join()
    assert memory.recall([START, 1, 2]).tokens.tolist() == [3]
