"""Where each millisecond of a completion goes: a letter written key by key, all memories on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.types import CompletionRequest, Suggestion
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.recent import RecentTexts

PHASES = ("tokenise", "prefill", "decode")
_SAMPLE = Path(__file__).with_name("sample.txt")
_WRITTEN = 2
"""Of the sample's letters, the last so many are written; those before are known."""
_FIELD = "latency"


@dataclass(frozen=True, slots=True)
class Key:
    """One key pressed."""

    suggestion: Suggestion
    place: str
    """``begin`` for the first of a text, ``word`` for the first of a word, else ``letter``."""


def sample() -> list[str]:
    """Letters that one person might have written, in the order of time."""
    return _SAMPLE.read_text("utf-8").strip().split("\n\n")


def keys_in_sample() -> int:
    """How many keys `write_sample` presses."""
    return sum(map(len, sample()[-_WRITTEN:]))


def write_sample(engine: CompletionEngine, *, alone: bool = False) -> Iterator[Key]:
    """Write the last letters, asking at every key; ``alone``, the model knows none before."""
    letters = sample()
    memory, recent = NgramMemory(), RecentTexts()
    if not alone:
        known = list(enumerate(engine.vocabulary.documents(letters[:-_WRITTEN])))
        memory.learn_all(known)
        recent.learn_all(known)
    engine.prepare(recent.preamble)
    for letter in letters[-_WRITTEN:]:
        engine.forget_field(_FIELD)
        for end in range(1, len(letter) + 1):
            request = CompletionRequest(
                field=_FIELD,
                before=letter[:end],
                memory=None if alone else memory,
                preamble=recent.preamble,
            )
            yield Key(engine.complete(request), _place(letter, end))


def summary(keys: list[Key]) -> dict[str, Any]:
    """Percentiles in milliseconds, by place in the text and by phase."""
    places = sorted({key.place for key in keys})
    return {
        "keys": len(keys),
        "total_ms": _percentiles([key.suggestion.ms for key in keys]),
        "places_ms": {
            place: _percentiles([key.suggestion.ms for key in keys if key.place == place])
            for place in places
        },
        "phases_ms": {
            phase: _percentiles([key.suggestion.phases.get(phase, 0.0) for key in keys])
            for phase in PHASES
        },
    }


def _place(letter: str, end: int) -> str:
    if end == 1:
        return "begin"
    return "word" if letter[end - 1].isspace() else "letter"


def _percentiles(values: list[float]) -> dict[str, float]:
    return {f"p{at}": round(float(np.percentile(values, at)), 2) for at in (50, 95)}
