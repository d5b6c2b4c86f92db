"""Which texts are learned from: the new ones, with some old ones, never those that judge."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plm_engine.learning.job import Text
from plm_engine.learning.selection import (
    LEAST_TEXTS,
    MOST_CHARS_OF_A_TEXT,
    MOST_HELD_OUT,
    Selection,
    select,
)

MANY = 40


def written(count: int, *, first: int = 1) -> list[Text]:
    return [
        Text(number, f"This is the text with the number {number}, and no other.")
        for number in range(first, first + count)
    ]


def chosen(
    texts: list[Text], learned: set[int] | None = None, most_chars: int = 10_000
) -> Selection:
    selection = select(texts, learned or set(), most_chars=most_chars)
    assert selection is not None
    return selection


def numbers(texts: list[Text]) -> list[int]:
    return [text.number for text in texts]


@given(st.integers(LEAST_TEXTS, MANY), st.sets(st.integers(1, 20)), st.integers(100, 3_000))
def test_no_text_is_in_two_places_and_all_are_in_the_order_of_time(
    count: int, learned: set[int], most_chars: int
) -> None:
    selection = select(written(count), learned, most_chars=most_chars)
    if selection is None:
        return
    texts, earlier, held_out = (
        numbers(part) for part in (selection.texts, selection.earlier, selection.held_out)
    )
    assert earlier == sorted(earlier)
    assert texts == sorted(texts)
    assert held_out == sorted(held_out)
    assert not set(texts) & set(held_out)
    assert not set(earlier) & (set(texts) | set(held_out))
    assert min(held_out) > max(texts)
    assert set(texts) - learned


def test_the_newest_judge_and_the_others_are_learned() -> None:
    selection = chosen(written(MANY))
    assert numbers(selection.held_out) == list(range(MANY - 9, MANY + 1))
    assert numbers(selection.texts) == list(range(1, MANY - 9))
    assert len(chosen(written(500)).held_out) == MOST_HELD_OUT


def test_what_was_learned_before_is_rehearsed_beside_the_new() -> None:
    learned = set(range(1, 26))
    texts = numbers(chosen(written(MANY), learned).texts)
    assert set(range(26, 31)) <= set(texts)
    assert 1 <= len(set(texts) & learned) <= 5


def test_nothing_new_is_nothing_to_learn() -> None:
    assert select(written(MANY), set(range(1, MANY)), most_chars=10_000) is None
    assert select(written(LEAST_TEXTS - 1), set(), most_chars=10_000) is None


def test_a_text_that_was_written_a_thousand_times_is_learned_once() -> None:
    copies = [Text(number, "Kind regards from all of us here") for number in range(100, 1_100)]
    selection = chosen([*written(MANY), *copies])
    everything = [*selection.earlier, *selection.texts, *selection.held_out]
    assert sum(text.text.startswith("Kind regards") for text in everything) == 1


def test_a_huge_text_is_cut_and_fragments_are_left_out() -> None:
    huge = Text(500, "word " * 400_000)
    selection = chosen([huge, Text(501, "ok"), *written(MANY, first=600)])
    assert numbers(selection.texts)[0] == 500
    assert len(selection.texts[0].text) == MOST_CHARS_OF_A_TEXT


def test_what_the_model_cannot_read_is_left_out() -> None:
    texts = [
        *written(MANY),
        *(Text(n, f"Nummer {n} ist ein deutscher Text.") for n in range(50, 60)),
    ]
    selection = select(texts, set(), most_chars=10_000, reads=lambda text: "deutscher" not in text)
    assert selection is not None
    assert all("deutscher" not in text.text for text in selection.held_out)


def test_there_is_an_end_to_what_is_learned_in_one_go() -> None:
    selection = chosen(written(MANY), most_chars=300)
    assert sum(len(text.text) for text in selection.texts) <= 300
    assert numbers(selection.texts)[-1] == numbers(selection.held_out)[0] - 1
    assert selection.earlier


def test_a_hundred_thousand_texts_are_chosen_from() -> None:
    selection = chosen(written(100_000), most_chars=80_000)
    assert len(selection.texts) > 1_000
    assert len(selection.earlier) <= 2_000
