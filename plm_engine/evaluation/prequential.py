"""Prequential evaluation: each text is predicted before it is learned, in the order of time.

Dawid, "Statistical theory: the prequential approach", 1984.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.types import DEFAULT_THRESHOLD, CompletionRequest
from plm_engine.evaluation.keystrokes import Tally, replay
from plm_engine.evaluation.surprise import Surprise, surprise
from plm_engine.memory.memory import NgramMemory

Learn = Literal["none", "ngram"]

MAX_CHARS = 2_000
"""Of one text; longer ones are judged, and learned, by their beginning."""
_WINDOW_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Score:
    """What one or more texts showed."""

    tally: Tally = field(default_factory=Tally)
    surprise: Surprise = field(default_factory=Surprise)
    documents: int = 0
    latencies_ms: tuple[float, ...] = field(default=(), repr=False)

    def __add__(self, other: Score) -> Score:
        return Score(
            self.tally + other.tally,
            self.surprise + other.surprise,
            self.documents + other.documents,
            self.latencies_ms + other.latencies_ms,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is compared with what."""

    learn: Learn = "ngram"
    threshold: float = DEFAULT_THRESHOLD
    max_words: int = 8


Known = Callable[[int], Score | None]
"""The score of the document of this number, from an evaluation that was interrupted."""


def replay_author(
    engine: CompletionEngine,
    texts: Sequence[str],
    setting: Setting,
    *,
    judged: int,
    known: Known = lambda _: None,
) -> Iterator[tuple[int, Score]]:
    """Score the last ``judged`` texts of one author, given in the order of time.

    What is known when a text is typed is what came before it, and nothing of itself. Yields the
    number of each text with its score.
    """
    memory = NgramMemory() if setting.learn == "ngram" else None
    first = max(0, len(texts) - judged)
    if memory is not None:
        memory.learn_all(enumerate(engine.vocabulary.documents(cut(texts[:first]))))
    for number, text in enumerate(cut(texts[first:]), start=first):
        yield number, known(number) or _score(engine, text, memory, setting)
        if memory is not None:
            memory.learn(number, *engine.vocabulary.documents([text]))


def cut(texts: Sequence[str]) -> list[str]:
    """The texts' beginnings."""
    return [text[:MAX_CHARS] for text in texts]


def _score(
    engine: CompletionEngine, text: str, memory: NgramMemory | None, setting: Setting
) -> Score:
    latencies: list[float] = []

    def suggest(before: str) -> str:
        request = CompletionRequest(
            field="replay",
            before=before[-_WINDOW_CHARS:],
            memory=memory,
            max_words=setting.max_words,
            threshold=setting.threshold,
        )
        suggestion = engine.complete(request)
        latencies.append(suggestion.ms)
        return suggestion.text

    tally = replay(text, suggest)
    engine.forget_field("replay")
    return Score(
        tally, surprise(engine.vocabulary, engine.session, text, memory), 1, tuple(latencies)
    )
