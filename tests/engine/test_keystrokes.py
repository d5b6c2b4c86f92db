"""The measure of all things: keys saved, and how often what was shown was right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plm_engine.evaluation.keystrokes import Tally, agreement, replay

TEXT = "Thank you for your letter"


def tally(text: str, ghosts: dict[str, str]) -> Tally:
    """Type a text; these suggestions appear after these beginnings."""
    return replay(text, lambda before: ghosts.get(before, ""))


def test_without_suggestions_every_character_is_a_key() -> None:
    assert tally(TEXT, {}) == Tally(chars=25, keys=25, words=5)


def test_an_agreeing_suggestion_is_taken_with_one_key() -> None:
    found = tally(TEXT, {"Thank you": " for your letter"})
    assert found.keys == len("Thank you") + 1
    assert (found.shown, found.right) == (1, 1)
    assert found.keystrokes_saved == pytest.approx(1 - 10 / 25)
    assert (found.words, found.covered) == (5, 3)


def test_only_its_agreeing_words_are_taken() -> None:
    found = tally(TEXT, {"Thank you": " for your help today"})
    assert found.keys == len("Thank you") + 1 + len(" letter")
    assert (found.shown, found.right) == (1, 1)


def test_a_wrong_suggestion_costs_nothing_but_precision() -> None:
    found = tally(TEXT, {"Thank you": " very much"})
    assert found.keys == 25
    assert (found.shown, found.right, found.covered) == (1, 0, 1)
    assert found.precision_shown == 0


def test_the_rest_of_a_word_counts_as_a_word() -> None:
    found = tally(TEXT, {"Thank you for your let": "ter"})
    assert found.keys == len("Thank you for your let") + 1
    assert (found.right, found.covered) == (1, 0)


def test_a_word_that_only_begins_alike_is_not_taken_but_typed_through() -> None:
    found = tally("see you then", {"see you": " the others"})
    assert found.keys == 12
    assert (found.shown, found.right) == (1, 0)


@pytest.mark.parametrize(
    ("ghost", "written", "length"),
    [
        (" the", " there", 0),
        (" the", " the", 4),
        (" the", " the.", 4),
        (" ask.", " ask", 0),
        (" to ask", " to ask.", 7),
        (" to ask.", " to ask", 3),
        ("", "x", 0),
        (" a b", " a c", 2),
        ("'t stop", "'t stop", 7),
    ],
)
def test_agreement_is_by_whole_words(ghost: str, written: str, length: int) -> None:
    assert agreement(ghost, written) == length


words = st.lists(st.sampled_from(["a", "be", "the", "they", "\n", "…"]), max_size=12).map(" ".join)


@given(words, words, st.integers(0, 40))
def test_it_never_takes_more_keys_than_characters(text: str, ghost: str, at: int) -> None:
    found = replay(text, lambda before: ghost if len(before) >= at else "")
    assert 0 <= found.keys <= found.chars == len(text)
    assert found.right <= found.shown <= found.chars
    assert found.covered <= found.words


@given(words)
def test_a_perfect_suggestion_makes_one_key_of_any_text(text: str) -> None:
    found = replay(text, lambda before: text[len(before) :].rstrip())
    body = text.rstrip()
    assert found.keys <= 1 + len(text) - len(body) + (0 if body else len(text))


@given(words, words)
def test_tallies_add_up(one: str, other: str) -> None:
    parts = replay(one, lambda _: ""), replay(other, lambda _: "")
    total = parts[0] + parts[1]
    assert total.chars == total.keys == len(one) + len(other)
