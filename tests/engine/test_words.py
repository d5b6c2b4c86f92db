"""A suggestion ends where a word, a sentence or a line ends, and where certainty does."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plm_engine.completion.decoding import Step
from plm_engine.completion.words import IsSure, whole_words

END = 0
CONTROL = frozenset({END})


def step(piece: str, probability: float = 1.0) -> Step:
    """One decoded piece; ``<end>`` ends the document."""
    ends = piece == "<end>"
    spelled = b"" if ends else piece.encode()
    return Step(END if ends else 1, probability, begins_anew=1.0, order=0, new=spelled)


def shown(*pieces: str, threshold: float = 0.0, probabilities: list[float] | None = None) -> str:
    """The longest text offered when decoding yields these pieces."""
    steps = map(step, pieces, probabilities or [1.0] * len(pieces))
    cuts = [cut.text for cut in whole_words(steps, is_sure=above(threshold), control=CONTROL)]
    return cuts[-1] if cuts else ""


def above(threshold: float) -> IsSure:
    return lambda _words, probability: probability >= threshold


def test_a_word_is_offered_once_the_next_one_begins() -> None:
    assert shown("uld") == ""
    assert shown("uld", " like") == "uld"
    assert shown("uld", " like", " to") == "uld like"


def test_pieces_of_a_word_stay_together() -> None:
    assert shown(" believ", "able", " story") == " believable"
    assert shown(" don", "'t", " know") == " don't"


def test_punctuation_closes_a_word() -> None:
    assert shown(" help", ",", " and") == " help,"


def test_punctuation_that_is_not_quite_sure_is_left_to_the_author() -> None:
    unsure = [1.0, 0.6, 1.0]
    assert shown(" help", ",", " and", probabilities=unsure) == " help"
    assert shown(" help", ".", " The", probabilities=unsure) == " help"
    assert shown(" help", " and", " more", probabilities=unsure) == " help and"


def test_a_sentence_end_is_the_last_thing_offered() -> None:
    assert shown(" help", ".", " The", " next") == " help."
    assert shown(" 3", ".", "1", "4", " is") == " 3.14"


def test_nothing_goes_beyond_the_line() -> None:
    assert shown(" help", "\n", "More") == " help"
    assert shown("\n", "More", " text") == ""


def test_the_end_of_the_document_ends_the_suggestion() -> None:
    assert shown(" regards", "<end>") == " regards"
    assert shown("<end>") == ""


def test_an_unsure_word_is_left_out_whole() -> None:
    pieces = (" very", " un", "likely", " so")
    assert shown(*pieces, threshold=0.5, probabilities=[0.9, 0.9, 0.1, 1.0]) == " very"


def test_half_a_character_is_never_offered() -> None:
    half = [replace(step(" "), new="é".encode()[:1]), step(" x")]
    assert list(whole_words(half, is_sure=above(0), control=CONTROL)) == []


@given(
    pieces=st.lists(st.text(min_size=1, max_size=4), max_size=10),
    probabilities=st.lists(st.floats(0.01, 1), min_size=10, max_size=10),
    threshold=st.floats(0, 1),
)
def test_every_offer_begins_the_decoded_text_and_is_sure_enough(
    pieces: list[str], probabilities: list[float], threshold: float
) -> None:
    steps = map(step, pieces, probabilities)
    lengths = [0]
    for cut in whole_words(steps, is_sure=above(threshold), control=CONTROL):
        assert "".join(pieces).startswith(cut.text)
        assert "\n" not in cut.text
        assert cut.probability >= threshold
        assert len(cut.text) > lengths[-1]
        lengths.append(len(cut.text))
