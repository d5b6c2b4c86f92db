"""What was pasted is not taken for the user's own words."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from daemon.pasting import LEAST_CHARS, pasted_spans

PASTE = "See the minutes of the third of May"

texts = st.text("ab \n", max_size=80)


def parts(text: str, *pastes: str) -> list[str]:
    return [text[start:end] for start, end in pasted_spans(text, pastes)]


def test_a_paste_is_found_where_it_stands() -> None:
    assert parts(f"Hello 🙂 Ann. {PASTE}, as I said.", PASTE) == [PASTE]


def test_an_editor_may_have_moved_its_lines() -> None:
    text = f"  {PASTE}\n\n> and what was decided there\nRegards"
    assert parts(text, f"{PASTE}\r\nand what was decided there") == [
        PASTE,
        "and what was decided there",
    ]


def test_what_was_changed_or_removed_is_the_users_own() -> None:
    assert parts("See the minutes of the fourth of May", PASTE) == []


def test_a_pasted_word_may_as_well_have_been_typed() -> None:
    assert parts("Dear Ann,", "Dear Ann") == []


@given(texts, st.lists(texts, max_size=4))
def test_every_part_is_made_of_pasted_lines_and_none_is_missed(
    text: str, pastes: list[str]
) -> None:
    spans = pasted_spans(text, pastes)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    pasted = "".join(text[start:end] for start, end in spans)
    lines = [line.strip() for paste in pastes for line in paste.splitlines()]
    long_enough = [line for line in lines if len(line) >= LEAST_CHARS]
    assert all(line not in text or line in pasted for line in long_enough)
    assert not spans or long_enough
