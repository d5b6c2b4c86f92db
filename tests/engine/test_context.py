"""The model's context keeps its start while the user types on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from plm_engine.completion.context import MAX_TOKENS, anchor, fit
from plm_engine.completion.vocabulary import Vocabulary

WINDOW = 2_000
STORY = " ".join(f"In sentence {n} something else happens to number {n * 7}." for n in range(400))


def test_a_window_that_moves_with_the_caret_continues_the_same_context() -> None:
    context = ""
    starts = set()
    for end in range(1_500, 6_000, 3):
        context = anchor(context, STORY[max(0, end - WINDOW) : end])
        assert STORY[:end].endswith(context)
        starts.add(end - len(context))
    assert starts == {0}


def test_another_text_in_the_same_field_begins_anew() -> None:
    assert anchor(STORY[:3_000], "Something else entirely.") == "Something else entirely."


def test_a_context_grown_too_long_keeps_its_end(vocabulary: Vocabulary) -> None:
    kept = fit(STORY, vocabulary)
    assert STORY.endswith(kept)
    assert 200 < len(vocabulary.encode(kept).ids) <= MAX_TOKENS


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=4_000))
def test_what_fits_is_always_an_end_of_the_text(vocabulary: Vocabulary, text: str) -> None:
    kept = fit(text, vocabulary)
    assert text.endswith(kept)
    assert len(vocabulary.encode(kept).ids) <= MAX_TOKENS


@given(previous=st.text(max_size=3_000), before=st.text(max_size=2_000))
def test_the_context_always_ends_as_the_text_before_the_caret(previous: str, before: str) -> None:
    context = anchor(previous, before)
    assert context.endswith(before) or before.endswith(context)
