"""Where the engine stays silent and what it leaves unsaid, with the real model."""

from __future__ import annotations

import pytest

from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.types import CompletionRequest, Suggestion, Suppression
from plm_engine.memory.memory import NgramMemory

GERMAN = (
    "Gestern sind wir den ganzen Tag durch die Berge gewandert, und am Abend haben wir in einer "
    "kleinen Hütte übernachtet. Morgen wollen wir"
)
NUMBER = "You can call me any time, my telephone number is"


def complete(engine: CompletionEngine, before: str, *known: str) -> Suggestion:
    memory = NgramMemory()
    memory.learn_all(enumerate(engine.vocabulary.documents(known), start=1))
    engine.forget_everything()
    return engine.complete(
        CompletionRequest(field="f", before=before, memory=memory, threshold=0.0)
    )


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("See https://example.org/one/tw", Suppression.ADDRESS),
        ("Write to mary.smi@exam", Suppression.ADDRESS),
        ("for (let i = 0; i < names.length; i++) {\n    console.lo", Suppression.CODE),
        ("Завтра мы пойдём в", Suppression.FOREIGN_LANGUAGE),
        (GERMAN, Suppression.FOREIGN_LANGUAGE),
    ],
)
def test_where_nothing_can_be_right_nothing_is_said(
    engine: CompletionEngine, before: str, reason: Suppression
) -> None:
    assert complete(engine, before).suppressed is reason


def test_in_a_foreign_language_only_the_user_is_quoted(engine: CompletionEngine) -> None:
    known = GERMAN + " nach Innsbruck fahren."
    assert complete(engine, GERMAN, known).text.startswith(" nach Innsbruck")


def test_a_number_is_never_invented(engine: CompletionEngine) -> None:
    assert not any(letter.isdigit() for letter in complete(engine, NUMBER).text)


def test_a_number_that_the_user_wrote_may_be_said_again(engine: CompletionEngine) -> None:
    known = NUMBER + " 555 0143."
    assert complete(engine, NUMBER, known).text.startswith(" 555")
