"""PLM itself among its rivals, whole and with parts taken away."""

from __future__ import annotations

from dataclasses import dataclass

from bench.peers.peer import SILENCE, Guess
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.types import CompletionRequest
from plm_engine.evaluation.surprise import Surprise, surprise
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.recent import RecentTexts

LOWEST = 0.12
"""Suggestions less sure than this are never made."""
_FIELD = "peer"


@dataclass(frozen=True, slots=True)
class Parts:
    """What of PLM takes part."""

    name: str
    last_texts: bool = False
    memory: bool = False
    gate: bool = False
    """Confidence as calibrated; else as the model and the memory see it."""


WHOLE = Parts("+ calibrated gate", last_texts=True, memory=True, gate=True)
ABLATION = (
    Parts("base model alone"),
    Parts("+ the author's last texts", last_texts=True),
    Parts("+ memory", last_texts=True, memory=True),
    WHOLE,
)
"""Each against the one before."""


class PlmPeer:
    """An engine that learns as the daemon does."""

    def __init__(self, engine: CompletionEngine, parts: Parts) -> None:
        self.name = parts.name
        self._engine = engine
        self._parts = parts
        self.restart()

    def restart(self) -> None:
        """Nothing is known."""
        self._memory, self._recent, self._texts = NgramMemory(), RecentTexts(), 0
        self._engine.forget_everything()

    def learn(self, text: str) -> None:
        """As the daemon learns a captured text."""
        (tokens,) = self._engine.vocabulary.documents([text])
        learned = [(self._texts, tokens)]
        self._texts += 1
        if self._parts.memory:
            self._memory.learn_all(learned)
        if self._parts.last_texts:
            self._recent.learn_all(learned)
        self._engine.forget_field(_FIELD)

    def suggest(self, before: str) -> Guess:
        """What would be shown if everything but the hopeless were."""
        suggestion = self._engine.complete(
            CompletionRequest(
                field=_FIELD,
                before=before,
                memory=self._memory if self._parts.memory else None,
                preamble=self._recent.preamble,
                threshold=LOWEST,
            )
        )
        if suggestion.grounds is None:
            return SILENCE
        believed = suggestion.grounds.probability
        return Guess(suggestion.text, suggestion.confidence if self._parts.gate else believed)

    def surprise(self, text: str) -> Surprise:
        """How surprising a text is that nobody has learned yet."""
        engine = self._engine
        memory = self._memory if self._parts.memory else None
        return surprise(
            engine.vocabulary,
            engine.session,
            text,
            memory=memory,
            preamble=self._recent.preamble,
        )
