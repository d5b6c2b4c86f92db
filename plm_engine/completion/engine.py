"""The completion engine: text around a caret in, a suggestion out."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice

from plm_engine.base.installed import InstalledBase
from plm_engine.completion import gate
from plm_engine.completion.choosing import Chooser
from plm_engine.completion.context import MAX_TOKENS, anchor, fit
from plm_engine.completion.decoding import Step, decode
from plm_engine.completion.healing import heal, well_formed
from plm_engine.completion.language import LanguageGuard
from plm_engine.completion.manners import Manners
from plm_engine.completion.offer import Demand, Offer, offers
from plm_engine.completion.types import (
    CompletionRequest,
    IsCancelled,
    OnUpdate,
    Suggestion,
    Suppression,
)
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory import blend
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.recent import MAX_TOKENS as PREAMBLE_TOKENS
from plm_engine.runtime.cache import KeyValueCache, Logits
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal
from plm_engine.runtime.session import ModelSession

MAX_FIELDS = 3
"""Fields whose key/value caches are kept; the least recently used makes room."""
MAX_NEW_TOKENS = 32
PREFILL_CHUNK = 64
"""Tokens read between two looks at whether anybody still wants the answer."""


class CancelledError(Exception):
    """A newer request took this one's place."""


@dataclass(slots=True)
class _Field:
    """What is kept of one field between requests."""

    cache: KeyValueCache
    preamble: tuple[int, ...]
    """What the model read before the text; it stays while the field lasts."""
    personal: Personal
    memory: NgramMemory | None
    context: str = ""

    def is_of(self, request: CompletionRequest) -> bool:
        """Whether the same person writes, as far as what is known of them tells."""
        return self.personal is request.personal and self.memory is request.memory


@dataclass(frozen=True, slots=True)
class _Opening:
    """The preamble that was read last, for the next field to begin after."""

    cache: KeyValueCache
    personal: Personal


@dataclass(slots=True)
class _Run:
    """One request under way."""

    request: CompletionRequest
    on_update: OnUpdate
    is_cancelled: IsCancelled
    started: float = field(default_factory=time.perf_counter)
    phases: dict[str, float] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def lap(self, phase: str) -> None:
        self.phases[phase] = self._elapsed() - sum(self.phases.values())

    def offered(self, offer: Offer, text: str) -> Suggestion:
        return Suggestion(
            text=text,
            confidence=offer.confidence,
            grounds=offer.grounds,
            tokens=len(self.steps),
            ms=self._elapsed(),
            phases=dict(self.phases),
        )

    def finished(self, best: Suggestion) -> Suggestion:
        return replace(best, tokens=len(self.steps), ms=self._elapsed(), phases=dict(self.phases))

    def silent(self, reason: Suppression) -> Suggestion:
        return Suggestion(
            suppressed=reason,
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

    def __init__(
        self, base: InstalledBase, *, threads: int | None = None, drafts: bool = True
    ) -> None:
        self.name = base.name
        self._drafts = drafts
        self.vocabulary = Vocabulary(base)
        self.session = ModelSession(base, threads=threads)
        self._language = LanguageGuard()
        self._fields: OrderedDict[str, _Field] = OrderedDict()
        self._opening: _Opening | None = None

    @classmethod
    def open(
        cls, base: InstalledBase, *, threads: int | None = None, drafts: bool = True
    ) -> CompletionEngine:
        """Load a base model. Raises `BaseModelError` when it is damaged.

        Without ``drafts`` it says the same, token by token.
        """
        return cls(base, threads=threads, drafts=drafts)

    def forget_everything(self) -> None:
        """Let go of all that was read."""
        self._fields.clear()
        self._opening = None
        self.session.forget_prompt()

    def forget_field(self, name: str) -> None:
        """Drop what is kept of a field that is gone."""
        self._fields.pop(name, None)

    def prepare(
        self,
        preamble: tuple[int, ...],
        personal: Personal = NOTHING_LEARNED,
        is_cancelled: IsCancelled = lambda: False,
    ) -> None:
        """Read a preamble before the first field needs it."""
        with suppress(CancelledError):
            self._read_preamble(preamble, personal, is_cancelled)

    def look_ahead(
        self, request: CompletionRequest, accepted: str, is_cancelled: IsCancelled = lambda: False
    ) -> None:
        """Find out what comes next should the user accept this suggestion."""
        before = request.before + accepted
        self.complete(replace(request, before=before), is_cancelled=is_cancelled)

    def complete(
        self,
        request: CompletionRequest,
        on_update: OnUpdate = lambda _: None,
        is_cancelled: IsCancelled = lambda: False,
    ) -> Suggestion:
        """Suggest how the text goes on.

        ``on_update`` is told each time one more word is certain. A cancelled request keeps what it
        has read for the next one.
        """
        run = _Run(request, on_update, is_cancelled)
        before, after = well_formed(request.before), well_formed(request.after)
        manners = Manners(self.vocabulary, self._language, request.memory, before, after)
        if reason := manners.reason_to_be_silent():
            return run.silent(reason)
        try:
            return self._complete(run, manners)
        except CancelledError:
            return run.silent(Suppression.CANCELLED)

    def _complete(self, run: _Run, manners: Manners) -> Suggestion:
        place = self._field(run)
        place.context = fit(anchor(place.context, manners.before), self.vocabulary)
        healed = heal(place.context, self.vocabulary)
        run.lap("tokenise")
        tokens = [*place.preamble, *healed.tokens]
        logits = _prefill(place.cache, tokens, run.is_cancelled)
        run.lap("prefill")
        best: Suggestion | None = None
        reason: Suppression | None = None
        for offer in self._offers(run, place.cache, logits, healed.typed):
            text, reason = manners.fitting(offer.text, offer.grounds.order)
            if reason or (best and len(text) <= len(best.text)):
                break
            best = run.offered(offer, text)
            run.on_update(best)
        run.lap("decode")
        if best is None:
            return run.silent(reason or self._reason(run))
        return run.finished(best)

    def _offers(
        self, run: _Run, cache: KeyValueCache, logits: Logits, typed: bytes
    ) -> Iterator[Offer]:
        """Longer and longer offers."""
        request = run.request
        chooser = Chooser(self.vocabulary, request.memory, blend.shipped())
        decoded = decode(cache, logits, typed, chooser, draft=self._drafts)
        steps = islice(_steps(run, decoded), MAX_NEW_TOKENS)
        demand = Demand(
            request.threshold, request.max_words, typed.decode(), self.vocabulary.control
        )
        return offers(steps, demand, gate.shipped())

    def _reason(self, run: _Run) -> Suppression:
        if run.steps and run.steps[-1].token in self.vocabulary.control:
            return Suppression.NOTHING_TO_ADD
        if run.steps and b"\n" in run.steps[-1].new:
            return Suppression.NOTHING_TO_ADD
        return Suppression.LOW_CONFIDENCE

    def _field(self, run: _Run) -> _Field:
        request = run.request
        place = self._fields.pop(request.field, None)
        if place is None or not place.is_of(request):
            while len(self._fields) >= MAX_FIELDS:
                self._fields.popitem(last=False)
            place = self._new_field(request, run.is_cancelled)
        self._fields[request.field] = place
        return place

    def _new_field(self, request: CompletionRequest, is_cancelled: IsCancelled) -> _Field:
        preamble, personal = request.preamble, request.personal
        read = self._read_preamble(preamble, personal, is_cancelled)
        capacity = len(preamble) + 1 + MAX_TOKENS + MAX_NEW_TOKENS
        cache = self.session.new_cache(capacity, personal)
        place = _Field(cache, preamble, personal, request.memory)
        if read:
            place.cache.begin_after(read)
        return place

    def _read_preamble(
        self, preamble: tuple[int, ...], personal: Personal, is_cancelled: IsCancelled
    ) -> KeyValueCache | None:
        if not preamble:
            return None
        opening = self._opening
        if (
            opening is None
            or opening.personal is not personal
            or opening.cache.capacity < personal.prompt_length + len(preamble)
        ):
            room = max(len(preamble), PREAMBLE_TOKENS)
            opening = _Opening(self.session.new_cache(room, personal), personal)
            self._opening = opening
        if opening.cache.tokens != list(preamble):
            _prefill(opening.cache, preamble, is_cancelled)
        return opening.cache


def _steps(run: _Run, steps: Iterator[Step]) -> Iterator[Step]:
    """Pass the steps on, note them, and stop when nobody waits any more."""
    for step in steps:
        run.steps.append(step)
        yield step
        _check(run.is_cancelled)


def _prefill(cache: KeyValueCache, tokens: Sequence[int], is_cancelled: IsCancelled) -> Logits:
    """Read what the cache lacks; return the logits after the last token."""
    shared = cache.seek(tokens)
    if shared == len(tokens):
        if (kept := cache.kept_answer()) is not None:
            return kept
        shared -= 1
        cache.go_back(shared)
    last = max(shared, len(tokens) - PREFILL_CHUNK)
    for start in range(shared, last, PREFILL_CHUNK):
        _check(is_cancelled)
        cache.read(tokens[start : min(start + PREFILL_CHUNK, last)])
    _check(is_cancelled)
    return cache.predict_after(tokens[last:])


def _check(is_cancelled: IsCancelled) -> None:
    if is_cancelled():
        raise CancelledError
