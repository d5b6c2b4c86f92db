"""What the user's choice means to the engine."""

from __future__ import annotations

import pytest

from daemon.preferences import Preferred
from daemon.protocol.messages import Complete
from plm_engine.completion.presets import MAX_WORDS, THRESHOLDS, Amount, Length
from plm_engine.completion.types import EXPLICIT_THRESHOLD

REQUEST = Complete(field="f", before="Dear")


@pytest.mark.parametrize("amount", Amount)
def test_the_amount_says_how_sure_the_engine_must_be(amount: Amount) -> None:
    assert Preferred(amount=amount).threshold(REQUEST) == THRESHOLDS[amount]


@pytest.mark.parametrize("amount", Amount)
def test_who_asks_for_a_suggestion_sees_even_a_weak_one(amount: Amount) -> None:
    explicit = Complete(field="f", before="Dear", explicit=True)
    assert Preferred(amount=amount).threshold(explicit) == EXPLICIT_THRESHOLD


@pytest.mark.parametrize("length", Length)
def test_the_length_says_how_far_the_engine_goes_unless_the_request_does(length: Length) -> None:
    preferred = Preferred(length=length)
    assert preferred.max_words(REQUEST) == MAX_WORDS[length]
    assert preferred.max_words(Complete(field="f", before="Dear", max_words=3)) == 3


def test_the_more_is_wanted_the_less_sure_and_the_longer() -> None:
    assert THRESHOLDS[Amount.FEW] > THRESHOLDS[Amount.BALANCED] > THRESHOLDS[Amount.MANY]
    assert MAX_WORDS[Length.WORD] < MAX_WORDS[Length.PHRASE] < MAX_WORDS[Length.SENTENCE]
    assert all(threshold > EXPLICIT_THRESHOLD for threshold in THRESHOLDS.values())
