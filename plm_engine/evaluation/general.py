"""General English, written for PLM: what learning from one person must not spoil."""

from __future__ import annotations

from pathlib import Path

from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.surprise import Surprise, surprise
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal

_TEXTS = Path(__file__).with_name("general.txt")


def general_english() -> list[str]:
    """A recipe, a report, a memory, instructions, a review, an explanation, a business letter."""
    return _TEXTS.read_text("utf-8").strip().split("\n\n")


def general_surprise(engine: CompletionEngine, personal: Personal = NOTHING_LEARNED) -> Surprise:
    """Each text by itself, without any memory."""
    read = (
        surprise(engine.vocabulary, engine.session, text, personal=personal)
        for text in general_english()
    )
    return sum(read, Surprise())
