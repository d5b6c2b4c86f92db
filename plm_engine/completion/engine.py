"""The completion engine: text around a caret in, a suggestion out."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from plm_engine.base.installed import InstalledBase
from plm_engine.completion.choosing import Chooser
from plm_engine.completion.context import MAX_TOKENS, anchor, fit
from plm_engine.completion.decoding import Step, decode
from plm_engine.completion.healing import Healed, heal, well_formed
from plm_engine.completion.types import (
    CompletionRequest,
    IsCancelled,
    OnUpdate,
    Suggestion,
    Suppression,
)
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.completion.words import WholeWords, whole_words
from plm_engine.memory.blend import shipped
from plm_engine.runtime.cache import KeyValueCache, Logits
from plm_engine.runtime.session import ModelSession

MAX_FIELDS = 3
"""Fields whose key/value caches are kept; the least recently used makes room."""
MAX_NEW_TOKENS = 32
PREFILL_CHUNK = 64
"""Tokens read between two looks at whether anybody still wants the answer."""
_LEAST_OVERLAP = 2


class CancelledError(Exception):
    """A newer request took this one's place."""


@dataclass(slots=True)
class _Field:
    """What is kept of one field between requests."""

    cache: KeyValueCache
    context: str = ""


@dataclass(slots=True)
class _Run:
    """One request under way."""

    request: CompletionRequest
    on_update: OnUpdate
    is_cancelled: IsCancelled
    started: float = field(default_factory=time.perf_counter)
    phases: dict[str, float] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def check(self) -> None:
        if self.is_cancelled():
            raise CancelledError

    def lap(self, phase: str) -> None:
        self.phases[phase] = self._elapsed() - sum(self.phases.values())

    def suggestion(
        self, text: str = "", confidence: float = 0.0, suppressed: Suppression | None = None
    ) -> Suggestion:
        return Suggestion(
            text=text,
            confidence=confidence,
            suppressed=suppressed,
            tokens=len(self.steps),
            ms=self._elapsed(),
            phases=dict(self.phases),
        )

    def _elapsed(self) -> float:
        return (time.perf_counter() - self.started) * 1e3


class CompletionEngine:
    """One loaded base model with the caches of the fields it works for.

    Not thread-safe: the caller owns the one thread that calls it.
    """

    def __init__(self, base: InstalledBase, *, threads: int | None = None) -> None:
        self.name = base.name
        self.vocabulary = Vocabulary(base)
        self.session = ModelSession(base, threads=threads)
        self._fields: OrderedDict[str, _Field] = OrderedDict()

    @classmethod
    def open(cls, base: InstalledBase, *, threads: int | None = None) -> CompletionEngine:
        """Load a base model. Raises `BaseModelError` when it is damaged."""
        return cls(base, threads=threads)

    def close(self) -> None:
        """Let go of the caches."""
        self._fields.clear()

    def forget_field(self, name: str) -> None:
        """Drop what is kept of a field that is gone."""
        self._fields.pop(name, None)

    def complete(
        self,
        request: CompletionRequest,
        on_update: OnUpdate = lambda _: None,
        is_cancelled: IsCancelled = lambda: False,
    ) -> Suggestion:
        """Suggest how the text goes on.

        ``on_update`` is told each time one more word is certain; the last word comes back as the
        result. A cancelled request keeps what it has read for the next one.
        """
        run = _Run(request, on_update, is_cancelled)
        before, after = well_formed(request.before), well_formed(request.after)
        if not before.strip():
            return run.suggestion(suppressed=Suppression.EMPTY)
        if before[-1].isalnum() and after[:1].isalnum():
            return run.suggestion(suppressed=Suppression.MID_WORD)
        try:
            return self._complete(run, before, after)
        except CancelledError:
            return run.suggestion(suppressed=Suppression.CANCELLED)

    def _complete(self, run: _Run, before: str, after: str) -> Suggestion:
        place = self._field(run.request.field)
        place.context = fit(anchor(place.context, before), self.vocabulary)
        healed = heal(place.context, self.vocabulary)
        run.lap("tokenise")
        logits = _prefill(place.cache, healed, run)
        run.lap("prefill")
        best, confidence = self._best(run, place.cache, logits, healed.typed)
        run.lap("decode")
        if best is None:
            return run.suggestion(suppressed=self._reason(run))
        text = _without_overlap(best.text, after)
        if not text.strip():
            return run.suggestion(suppressed=Suppression.REPEATS_AFTER)
        return run.suggestion(text, confidence)

    def _best(
        self, run: _Run, cache: KeyValueCache, logits: Logits, typed: bytes
    ) -> tuple[WholeWords | None, float]:
        """The longest suggestion sure enough to show, and the confidence in its first word."""
        best, confidence = None, 0.0
        threshold, control = run.request.threshold, self.vocabulary.control
        chooser = Chooser(self.vocabulary, run.request.memory, shipped())
        steps = islice(_steps(run, decode(cache, logits, typed, chooser)), MAX_NEW_TOKENS)
        for best in whole_words(steps, threshold=threshold, control=control):
            confidence = confidence or best.probability
            if best.words >= run.request.max_words:
                break
            run.on_update(run.suggestion(best.text, confidence))
        return best, confidence

    def _reason(self, run: _Run) -> Suppression:
        if run.steps and run.steps[-1].token in self.vocabulary.control:
            return Suppression.NOTHING_TO_ADD
        if run.steps and b"\n" in run.steps[-1].new:
            return Suppression.NOTHING_TO_ADD
        return Suppression.LOW_CONFIDENCE

    def _field(self, name: str) -> _Field:
        place = self._fields.pop(name, None)
        if place is None:
            while len(self._fields) >= MAX_FIELDS:
                self._fields.popitem(last=False)
            place = _Field(self.session.new_cache(1 + MAX_TOKENS + MAX_NEW_TOKENS))
        self._fields[name] = place
        return place


def _steps(run: _Run, steps: Iterator[Step]) -> Iterator[Step]:
    """Pass the steps on, note them, and stop when nobody waits any more."""
    for step in steps:
        run.steps.append(step)
        yield step
        run.check()


def _prefill(cache: KeyValueCache, healed: Healed, run: _Run) -> Logits:
    """Read what the cache lacks; return the logits after the last whole word."""
    tokens = healed.tokens
    shared = cache.shared_prefix(tokens)
    if shared == len(tokens):
        cache.truncate(shared)
        if (kept := cache.kept_answer(shared)) is not None:
            return kept
        shared -= 1
    cache.truncate(shared)
    cache.forget_answer()
    for start in range(shared, len(tokens), PREFILL_CHUNK):
        run.check()
        logits = cache.read(tokens[start : start + PREFILL_CHUNK])
    return cache.keep_answer(logits[0])


def _without_overlap(text: str, after: str) -> str:
    """Take off an end of the suggestion that already stands after the caret."""
    ahead = after.lstrip()
    if not ahead:
        return text
    if ahead.startswith(text.strip()):
        return ""
    for length in range(min(len(text), len(ahead)), _LEAST_OVERLAP, -1):
        if text.endswith(ahead[:length]):
            return text[:-length].rstrip()
    return text
