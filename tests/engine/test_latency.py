"""Where each millisecond goes: every key is counted, in one place and in every phase."""

from __future__ import annotations

from itertools import islice

from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.latency import PHASES, keys_in_sample, sample, summary, write_sample


def test_every_key_of_the_last_letters_is_asked_about() -> None:
    assert keys_in_sample() == sum(len(letter) for letter in sample()[-2:])


def test_a_summary_has_every_place_and_phase(engine: CompletionEngine) -> None:
    keys = list(islice(write_sample(engine), 40))
    measured = summary(keys)
    assert measured["keys"] == 40
    assert set(measured["places_ms"]) == {"begin", "word", "letter"}
    assert set(measured["phases_ms"]) == set(PHASES)
    for times in (measured["total_ms"], *measured["places_ms"].values()):
        assert 0 <= times["p50"] <= times["p95"]
