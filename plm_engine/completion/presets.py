"""How much is suggested: what people choose between, and what it means to the engine."""

from __future__ import annotations

from enum import StrEnum


class Amount(StrEnum):
    """How sure a suggestion must be to be shown."""

    FEW = "few"
    BALANCED = "balanced"
    MANY = "many"


class Length(StrEnum):
    """How far a suggestion goes."""

    WORD = "word"
    PHRASE = "phrase"
    SENTENCE = "sentence"


THRESHOLDS = {Amount.FEW: 0.6, Amount.BALANCED: 0.35, Amount.MANY: 0.25}
"""Least probability that the first word shown is right."""
MAX_WORDS = {Length.WORD: 1, Length.PHRASE: 8, Length.SENTENCE: 20}
