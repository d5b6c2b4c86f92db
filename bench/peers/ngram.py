"""Our n-gram memory alone: how much of PLM is the memory, and how much the model."""

from __future__ import annotations

from collections.abc import Iterator

from bench.peers.peer import SILENCE, Guess
from plm_engine.completion.decoding import Step
from plm_engine.completion.healing import Healed, heal, well_formed
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.completion.words import whole_words
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.segment import ORDER

MAX_WORDS = 8
MAX_TOKENS = 32
GO_ON_FROM = 0.5
"""Words after the first are added while all of it is right with at least this probability: on tune
authors, this suits it better than 0.1 or 0.9."""


class NgramPeer:
    """Follows the likeliest token that the memory recalls; healed and cut to words as PLM does."""

    name = "n-gram memory alone"

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.restart()

    def restart(self) -> None:
        """A memory that knows nothing."""
        self._memory, self._texts = NgramMemory(), 0

    def learn(self, text: str) -> None:
        """As the daemon learns a captured text."""
        self._memory.learn(self._texts, *self._vocabulary.documents([text]))
        self._texts += 1

    def suggest(self, before: str) -> Guess:
        """Greedily, word by word."""
        healed = heal(well_formed(before), self._vocabulary)
        guess = SILENCE
        for cut in whole_words(
            self._steps(healed), is_sure=_is_sure, control=self._vocabulary.control
        ):
            guess = Guess(cut.text, guess.confidence or cut.probability)
            if cut.words >= MAX_WORDS:
                break
        return guess

    def _steps(self, healed: Healed) -> Iterator[Step]:
        context, rest = healed.tokens[-ORDER:], healed.typed
        begins_anew = self._vocabulary.begins_anew
        for _ in range(MAX_TOKENS):
            recall = self._memory.recall(context, self._vocabulary.letters(rest))
            if not recall:
                return
            likeliest = int(recall.probabilities.argmax())
            probability = (1 - recall.escape) * float(recall.probabilities[likeliest])
            token = int(recall.tokens[likeliest])
            spelling = self._vocabulary.spellings[token]
            yield Step(
                token=token,
                probability=probability,
                begins_anew=float(recall.probabilities @ begins_anew[recall.tokens]),
                order=recall.order,
                new=spelling[len(rest) :],
            )
            rest = rest[len(spelling) :]
            context = [*context[1 - ORDER :], token]


def _is_sure(words: int, probability: float) -> bool:
    return not words or probability >= GO_ON_FROM
