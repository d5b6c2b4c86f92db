"""Prequential evaluation: each text is predicted before it is learned, in the order of time.

Dawid, "Statistical theory: the prequential approach", 1984.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.types import DEFAULT_THRESHOLD, CompletionRequest, Suggestion
from plm_engine.evaluation.keystrokes import (
    Guess,
    Tally,
    agreement,
    held_against,
    type_through,
)
from plm_engine.evaluation.surprise import Surprise, surprise
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.recent import RecentTexts
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal

Learn = Literal["none", "ngram"]

MAX_CHARS = 2_000
"""Of one text; longer ones are judged, and learned, by their beginning."""
_WINDOW_CHARS = 2_000
_BEFORE_A_WORD = re.compile(r"(?<=\S)[^\S\n]+(?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is compared with what."""

    learn: Learn = "ngram"
    reads_last_texts: bool | None = None
    """Whether the model reads the author's last texts first; by default, if anything is learned."""
    thresholds: tuple[float, ...] = (DEFAULT_THRESHOLD,)
    """Ascending; every text is typed once with each."""
    max_words: int = 8
    max_chars: int = MAX_CHARS
    typed_chars: int = MAX_CHARS
    """Of each text, how much is typed."""
    asks_at_words: bool = False
    """Whether to count how often the first word is right, asked before each word."""
    personal: Personal = NOTHING_LEARNED

    @property
    def has_preamble(self) -> bool:
        """Whether the model reads the author's last texts first."""
        return self.learn != "none" if self.reads_last_texts is None else self.reads_last_texts


@dataclass(frozen=True, slots=True)
class Words:
    """How often the most likely next word is the one that was written; counts add up."""

    asked: int = 0
    right: int = 0

    def __add__(self, other: Words) -> Words:
        return Words(self.asked + other.asked, self.right + other.right)

    @property
    def share_right(self) -> float:
        """Top-1 accuracy."""
        return self.right / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """What one or more texts showed; scores add up."""

    tallies: dict[float, Tally] = field(default_factory=dict)
    """By threshold."""
    surprise: Surprise = field(default_factory=Surprise)
    documents: int = 0
    latencies_ms: tuple[float, ...] = field(default=(), repr=False)
    words: Words = field(default_factory=Words)

    def __add__(self, other: Score) -> Score:
        thresholds = sorted(self.tallies.keys() | other.tallies.keys())
        return Score(
            {at: self.tally(at) + other.tally(at) for at in thresholds},
            self.surprise + other.surprise,
            self.documents + other.documents,
            self.latencies_ms + other.latencies_ms,
            self.words + other.words,
        )

    def tally(self, threshold: float) -> Tally:
        """With one of the thresholds."""
        return self.tallies.get(threshold, Tally())


History = dict[int, Score]
"""One author's scores, by how many of the author's texts came before."""
Known = Callable[[int], Score | None]
"""The score of the document of this number, from an evaluation that was interrupted."""
OnSuggestion = Callable[[Suggestion, Guess], None]
"""Told of every suggestion made, and how it compares with what was written."""


def replay_author(
    engine: CompletionEngine,
    texts: Sequence[str],
    setting: Setting,
    *,
    judged: int,
    known: Known = lambda _: None,
    on_suggestion: OnSuggestion = lambda _suggestion, _guess: None,
) -> Iterator[tuple[int, Score]]:
    """Score the last ``judged`` texts of one author, given in the order of time.

    What is known when a text is typed is what came before it, and nothing of itself. Yields the
    number of each text with its score.
    """
    author = _Author(engine, setting)
    first = max(0, len(texts) - judged)
    cut = [text[: setting.max_chars] for text in texts]
    author.learn(list(enumerate(cut[:first])))
    for number, text in enumerate(cut[first:], start=first):
        yield number, known(number) or author.score(text, on_suggestion)
        author.learn([(number, text)])


class _Author:
    """What is known of one author so far."""

    def __init__(self, engine: CompletionEngine, setting: Setting) -> None:
        self._engine = engine
        self._setting = setting
        self._memory = NgramMemory() if setting.learn == "ngram" else None
        self._recent = RecentTexts()

    def learn(self, texts: Sequence[tuple[int, str]]) -> None:
        """What was written by now."""
        tokens = self._engine.vocabulary.documents([text for _, text in texts])
        learned = [(number, one) for (number, _), one in zip(texts, tokens, strict=True)]
        if self._memory is not None:
            self._memory.learn_all(learned)
        if self._setting.has_preamble:
            self._recent.learn_all(learned)

    def score(self, text: str, on_suggestion: OnSuggestion) -> Score:
        """Type a text that nobody knows yet."""
        setting, engine, preamble = self._setting, self._engine, self._recent.preamble
        request = CompletionRequest(
            field=_FIELD,
            before="",
            memory=self._memory,
            preamble=preamble,
            personal=setting.personal,
            max_words=setting.max_words,
            threshold=min(setting.thresholds),
        )
        typist = _Typist(engine, text[: setting.typed_chars], request, on_suggestion)
        tallies = {at: typist.type_with(at) for at in setting.thresholds}
        words = typist.ask_at_words() if setting.asks_at_words else Words()
        engine.forget_field(_FIELD)
        surprised = surprise(
            engine.vocabulary,
            engine.session,
            text,
            memory=self._memory,
            preamble=preamble,
            personal=setting.personal,
        )
        return Score(tallies, surprised, 1, tuple(typist.latencies), words)


_FIELD = "replay"


class _Typist:
    """Asks the engine at each place of a text, once, with the lowest of the thresholds."""

    def __init__(
        self,
        engine: CompletionEngine,
        text: str,
        request: CompletionRequest,
        on_suggestion: OnSuggestion,
    ) -> None:
        self.latencies: list[float] = []
        self._engine = engine
        self._text = text
        self._request = request
        self._on_suggestion = on_suggestion
        self._known: dict[int, Guess | None] = {}

    def type_with(self, threshold: float) -> Tally:
        """Type the text with the suggestions that are sure enough."""
        return type_through(self._text, self._guesser(threshold))

    def ask_at_words(self) -> Words:
        """Before each word but the first, whatever the model thinks of its chances."""
        request = replace(self._request, threshold=0.0, max_words=1)
        places = [match.end() for match in _BEFORE_A_WORD.finditer(self._text)]
        right = 0
        for place in places:
            found = self._engine.complete(replace(request, before=self._before(place)))
            right += agreement(found.text, self._text[place:]) > 0
        return Words(len(places), right)

    def _guesser(self, threshold: float) -> Callable[[int], Guess | None]:

        def guess_at(place: int) -> Guess | None:
            if place not in self._known:
                self._known[place] = self._ask(place)
            guess = self._known[place]
            return guess if guess and guess.confidence >= threshold else None

        return guess_at

    def _ask(self, place: int) -> Guess | None:
        suggestion = self._engine.complete(replace(self._request, before=self._before(place)))
        self.latencies.append(suggestion.ms)
        guess = held_against(suggestion.text, self._text[place:], suggestion.confidence)
        if guess:
            self._on_suggestion(suggestion, guess)
        return guess

    def _before(self, place: int) -> str:
        return self._text[max(0, place - _WINDOW_CHARS) : place]
