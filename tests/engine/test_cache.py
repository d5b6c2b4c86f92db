"""A text that is taken back and goes on as before is predicted as before, and costs nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plm_engine.base import InstalledBase
from plm_engine.runtime.cache import KEPT_ANSWERS, KeyValueCache
from plm_engine.runtime.session import ModelSession
from tests.engine.tiny_llama import vocabulary

CAPACITY = 80
token = st.integers(3, len(vocabulary()) - 1)
some_tokens = st.lists(token, min_size=1, max_size=12)


@pytest.fixture(scope="module")
def session(tiny_base: InstalledBase) -> ModelSession:
    return ModelSession(tiny_base, threads=1)


@pytest.fixture
def cache(session: ModelSession) -> KeyValueCache:
    return session.new_cache(CAPACITY)


@settings(max_examples=25, deadline=None)
@given(text=some_tokens, draft=some_tokens)
def test_a_draft_that_comes_true_is_predicted_like_any_other_text(
    session: ModelSession, text: list[int], draft: list[int]
) -> None:
    cache = session.new_cache(CAPACITY)
    cache.predict_after(text, draft)
    assert cache.tokens == text
    for length, token in enumerate(draft, start=1):
        followed = cache.follow(token)
        fresh = session.new_cache(CAPACITY).read([*text, *draft[:length]])[0]
        assert followed is not None
        np.testing.assert_allclose(followed, fresh, atol=2e-4)
    assert cache.tokens == text + draft


@settings(max_examples=25, deadline=None)
@given(text=some_tokens, draft=some_tokens, other=some_tokens)
def test_a_draft_that_does_not_come_true_leaves_no_trace(
    session: ModelSession, text: list[int], draft: list[int], other: list[int]
) -> None:
    cache = session.new_cache(CAPACITY)
    cache.predict_after(text, draft)
    predicted = cache.predict_after(other)
    fresh = session.new_cache(CAPACITY).read(text + other)[0]
    np.testing.assert_allclose(predicted, fresh, atol=2e-4)
    assert cache.tokens == text + other


def test_only_the_token_that_was_read_is_followed(cache: KeyValueCache) -> None:
    cache.predict_after([5, 6], [7])
    assert cache.follow(8) is None
    assert cache.follow(7) is not None
    assert cache.follow(9) is None


def test_what_was_read_after_the_present_place_survives_going_back(cache: KeyValueCache) -> None:
    cache.predict_after([5, 6])
    later = cache.predict_after([7, 8]).copy()
    cache.predict_after([9])
    assert cache.seek([5, 6, 7, 8]) == 4
    answer = cache.kept_answer()
    assert answer is not None
    np.testing.assert_array_equal(answer, later)
    assert cache.seek([5, 9]) == 1
    assert cache.kept_answer() is None


def test_the_answers_used_last_are_kept(cache: KeyValueCache) -> None:
    for token in range(KEPT_ANSWERS + 1):
        cache.predict_after([3 + token])
    cache.go_back(1)
    assert cache.kept_answer() is None
    assert cache.follow(4) is not None


def test_a_draft_is_cut_where_the_cache_ends(session: ModelSession) -> None:
    cache = session.new_cache(4)
    cache.predict_after([5, 6], [7, 8, 9])
    assert cache.follow(7) is not None
    assert cache.follow(8) is not None
    assert cache.room == 0


@settings(max_examples=25, deadline=None)
@given(others=some_tokens, text=some_tokens)
def test_a_text_begins_after_others_as_if_they_had_been_read_here(
    session: ModelSession, others: list[int], text: list[int]
) -> None:
    opening, cache = session.new_cache(len(others)), session.new_cache(CAPACITY)
    opening.predict_after(others)
    cache.begin_after(opening)
    predicted = cache.predict_after(text)
    fresh = session.new_cache(CAPACITY).read(others + text)[0]
    np.testing.assert_allclose(predicted, fresh, atol=2e-4)
    assert cache.last(CAPACITY) == text
    assert cache.tokens == others + text
