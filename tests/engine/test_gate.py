"""How sure a suggestion is: never less sure for better grounds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plm_engine.completion.gate import Grounds, shipped
from plm_engine.completion.presets import THRESHOLDS, Amount

grounds = st.builds(
    Grounds, probability=st.floats(0, 1), letters=st.integers(0, 30), order=st.integers(0, 6)
)


@given(grounds)
def test_confidence_is_a_probability(given_grounds: Grounds) -> None:
    assert 0 <= shipped().confidence(given_grounds) <= 1


@given(grounds, st.floats(0, 1))
def test_a_likelier_word_is_never_less_sure(given_grounds: Grounds, probability: float) -> None:
    other = replace(given_grounds, probability=probability)
    less, more = sorted((given_grounds, other), key=lambda one: one.probability)
    assert shipped().confidence(less) <= shipped().confidence(more)


def test_who_wants_more_gets_less_sure_ones() -> None:
    assert THRESHOLDS[Amount.FEW] > THRESHOLDS[Amount.BALANCED] > THRESHOLDS[Amount.MANY] > 0
