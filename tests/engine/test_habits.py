"""Habitual phrases are shown whole, from their first word."""

from __future__ import annotations

from plm_engine.completion.habits import habits
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory.memory import NgramMemory

ENDINGS = ("the rain has stopped", "Ann is right", "nobody minds", "this will do", "it works")


def shown(vocabulary: Vocabulary, *texts: str) -> list[str]:
    memory = NgramMemory()
    memory.learn_all(enumerate(vocabulary.documents(list(texts))))
    return [habit.text for habit in habits(memory, vocabulary, 5)]


def test_a_phrase_is_shown_from_its_beginning_to_its_end(vocabulary: Vocabulary) -> None:
    texts = [f"Well. As far as I can see from here {ending}." for ending in ENDINGS]
    assert "As far as I can see from here" in " ".join(shown(vocabulary, *texts))
    assert not any(text.startswith("far") for text in shown(vocabulary, *texts))


def test_what_was_written_once_is_no_habit(vocabulary: Vocabulary) -> None:
    assert shown(vocabulary, "As far as I can see from here nobody minds.") == []
