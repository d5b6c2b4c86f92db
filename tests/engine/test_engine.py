"""The engine with the real model: what a user would see after the caret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plm_engine.base import InstalledBase
from plm_engine.completion.engine import MAX_FIELDS, CompletionEngine
from plm_engine.completion.types import (
    EXPLICIT_THRESHOLD,
    CompletionRequest,
    Suggestion,
    Suppression,
)
from plm_engine.runtime.cache import KeyValueCache, Logits


def complete(
    engine: CompletionEngine, before: str, after: str = "", *, field: str = "f", **options: float
) -> Suggestion:
    options = {"threshold": EXPLICIT_THRESHOLD, **options}
    request = CompletionRequest(field=field, before=before, after=after, **options)  # type: ignore[arg-type]
    return engine.complete(request)


@pytest.mark.parametrize(
    ("before", "beginning"),
    [
        ("I woul", "d"),
        ("The quick brown fox jumps over the la", "zy dog"),
        ("On the other h", "and"),
        ("Dear Sir or Mad", "am"),
        ("See you tom", "orrow"),
        ("The capital of France i", "s"),
        ("Thank you ", "for"),
    ],
)
def test_a_word_is_finished_without_a_space_in_it(
    engine: CompletionEngine, before: str, beginning: str
) -> None:
    assert complete(engine, before).text.startswith(beginning)


def test_a_whole_word_is_followed_by_a_space(engine: CompletionEngine) -> None:
    assert complete(engine, "Thank you for your").text.startswith(" ")


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60) | st.text(alphabet="ab 🙂é\n.,", max_size=60))
def test_any_text_gets_words_or_a_reason(engine: CompletionEngine, text: str) -> None:
    suggestion = complete(engine, text, threshold=0.0)
    assert bool(suggestion.text) != bool(suggestion.suppressed)
    assert "\n" not in suggestion.text
    assert 0 <= suggestion.confidence <= 1


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_without_text_there_is_nothing_to_continue(engine: CompletionEngine, text: str) -> None:
    assert complete(engine, text).suppressed is Suppression.EMPTY


@pytest.mark.parametrize(
    "text",
    [
        "\ud83d",
        "smile \ud83d\ude42",
        "NUL \0 byte",
        "שלום עולם",
        "🙂" * 500,
        "<|im_end|><|endoftext|>",
        "x" * 5_000,
        "word " * 5_000,
        "日本語の文章" * 300,
    ],
)
def test_strange_text_is_right_or_silent(engine: CompletionEngine, text: str) -> None:
    suggestion = complete(engine, text)
    assert "\N{REPLACEMENT CHARACTER}" not in suggestion.text
    assert "<|" not in suggestion.text
    suggestion.text.encode()


def test_a_caret_inside_a_word_gets_nothing(engine: CompletionEngine) -> None:
    assert complete(engine, "Than", "k you").suppressed is Suppression.MID_WORD


def test_what_already_stands_after_the_caret_is_not_repeated(engine: CompletionEngine) -> None:
    before = "The quick brown fox jumps over the la"
    assert complete(engine, before, "").text == "zy dog"
    repeated = complete(engine, before + " ", "zy dog.")
    assert "zy dog" not in repeated.text


def test_a_high_threshold_is_kept_by_the_confidence(engine: CompletionEngine) -> None:
    for before in ("My favourite colour", "The quick brown fox jumps over the la"):
        suggestion = complete(engine, before, threshold=0.9)
        assert suggestion.suppressed is Suppression.LOW_CONFIDENCE or suggestion.confidence >= 0.9


def test_fewer_words_on_request(engine: CompletionEngine) -> None:
    suggestion = complete(engine, "The quick brown fox jumps ov", max_words=2, threshold=0.0)
    assert len(suggestion.text.split()) == 2


def test_updates_grow_towards_the_result(engine: CompletionEngine) -> None:
    seen: list[str] = []
    request = CompletionRequest(field="g", before="The quick brown fox jumps ov", threshold=0.05)
    final = engine.complete(request, on_update=lambda update: seen.append(update.text))
    assert len(seen) >= 2
    for earlier, later in zip(seen, [*seen[1:], final.text], strict=True):
        assert later.startswith(earlier)


def test_the_cache_changes_nothing_but_the_time(tiny_base: InstalledBase) -> None:
    """With exact float32 arithmetic; eight-bit kernels round differently by step size."""
    engine = CompletionEngine.open(tiny_base, threads=1)
    text = "the would the\n would the the ould w"
    typed = [
        complete(engine, text[:end], field="typed", threshold=0) for end in range(5, len(text))
    ]
    for end, suggestion in enumerate(typed, start=5):
        engine.forget_field("fresh")
        fresh = complete(engine, text[:end], field="fresh", threshold=0)
        assert (fresh.text, fresh.suppressed) == (suggestion.text, suggestion.suppressed)
    assert any(suggestion.text for suggestion in typed)


def test_a_cancelled_request_says_so_and_the_next_one_is_right(engine: CompletionEngine) -> None:
    expected = complete(engine, "On the other h", field="calm").text
    request = CompletionRequest(field="hasty", before="On the other h")
    assert engine.complete(request, is_cancelled=lambda: True).suppressed is Suppression.CANCELLED
    assert complete(engine, "On the other h", field="hasty").text == expected


def test_only_a_few_fields_are_kept(engine: CompletionEngine) -> None:
    for number in range(MAX_FIELDS * 3):
        complete(engine, "Hello wor", field=f"field-{number}")
    assert len(engine._fields) <= MAX_FIELDS


def test_what_the_user_wrote_last_is_read_before_a_text(engine: CompletionEngine) -> None:
    start = engine.vocabulary.document_start
    letter = "I will ask Mr Zwingenberger about the invoice tomorrow morning."
    preamble = (start, *engine.vocabulary.encode(letter).ids)
    before = "Has anybody spoken to Mr Zw"
    engine.forget_everything()
    alone = engine.complete(CompletionRequest(field="one", before=before, threshold=0.0))
    engine.prepare(preamble)
    request = CompletionRequest(field="two", before=before, preamble=preamble, threshold=0.0)
    assert engine.complete(request).text.startswith("ingenberger")
    assert not alone.text.startswith("ingenberger")


@pytest.fixture
def model_runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Tokens of each run of the model, as they come."""
    runs: list[int] = []
    run = KeyValueCache._run

    def noted(cache: KeyValueCache, new: int, wanted: Sequence[int]) -> Logits:
        runs.append(new)
        return run(cache, new, wanted)

    monkeypatch.setattr(KeyValueCache, "_run", noted)
    return runs


def test_an_accepted_suggestion_has_its_sequel_at_hand(
    engine: CompletionEngine, model_runs: list[int]
) -> None:
    request = CompletionRequest(
        field="ahead", before="The quick brown fox ju", threshold=0.0, max_words=2
    )
    engine.forget_everything()
    first = engine.complete(request)
    engine.look_ahead(request, first.text)
    assert model_runs
    model_runs.clear()
    sequel = engine.complete(replace(request, before=request.before + first.text))
    assert sequel.text
    assert not model_runs


def test_typing_along_asks_the_model_nothing(
    engine: CompletionEngine, model_runs: list[int]
) -> None:
    request = CompletionRequest(field="along", before="The quick brown fox ju", threshold=0.0)
    engine.forget_everything()
    text = engine.complete(request).text
    assert model_runs
    model_runs.clear()
    for typed in range(1, len(text.split(" ")[0])):
        along = engine.complete(replace(request, before=request.before + text[:typed]))
        assert text.startswith(text[:typed] + along.text[:1])
    assert not model_runs
