"""How surprised a model is by texts that it has not seen: perplexity, bits per character."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from plm_engine.base.installed import InstalledBase
from plm_engine.completion.choosing import Distribution, situation
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory.blend import shipped
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.recall import NOTHING
from plm_engine.runtime.cache import Logits
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal
from plm_engine.runtime.session import ModelSession

MAX_TOKENS = 512
_LEAST = 1e-30
_CHUNK = 64  # logits of a chunk take 12 MB


@dataclass(frozen=True, slots=True)
class Surprise:
    """Negative log-likelihood of texts under a model."""

    nats: float = 0.0
    tokens: int = 0
    characters: int = 0

    def __add__(self, other: Surprise) -> Surprise:
        return Surprise(
            self.nats + other.nats,
            self.tokens + other.tokens,
            self.characters + other.characters,
        )

    @property
    def perplexity(self) -> float:
        """e to the mean negative log-likelihood per token."""
        return math.exp(self.nats / self.tokens)

    @property
    def bits_per_char(self) -> float:
        """Comparable across tokenisers."""
        return self.nats / math.log(2) / self.characters if self.characters else 0.0


def measure_perplexity(base: InstalledBase, texts: Iterable[str]) -> Surprise:
    """Read each text by itself from the document start, its first 512 tokens."""
    vocabulary, session = Vocabulary(base), ModelSession(base)
    return sum((surprise(vocabulary, session, text) for text in texts), Surprise())


def surprise(
    vocabulary: Vocabulary,
    session: ModelSession,
    text: str,
    *,
    memory: NgramMemory | None = None,
    preamble: Sequence[int] = (),
    personal: Personal = NOTHING_LEARNED,
) -> Surprise:
    """Read the first 512 tokens of one text; with a memory, blended as for suggestions.

    ``preamble``, whole texts from their document start on, comes before it and does not count.
    """
    encoding = vocabulary.encode(text)
    ids = encoding.ids[:MAX_TOKENS]
    if not ids:
        return Surprise()
    before = [*preamble, vocabulary.document_start]
    read = [*before, *ids]
    nats = 0.0
    for first, logits in predictions(session, read[:-1], personal):
        for offset, row in enumerate(logits):
            place = first + offset + 1
            if place >= len(before):
                context = read[len(before) - 1 : place]
                nats -= math.log(_chance(context, read[place], row, vocabulary, memory))
    return Surprise(nats, len(ids), encoding.offsets[len(ids) - 1][1])


def predictions(
    session: ModelSession, read: list[int], personal: Personal = NOTHING_LEARNED
) -> Iterator[tuple[int, Logits]]:
    """Logits ``[tokens, vocabulary]`` after each token, in chunks with where each begins.

    A chunk is overwritten by the next.
    """
    cache = session.new_cache(len(read), personal)
    for start in range(0, len(read), _CHUNK):
        chunk = read[start : start + _CHUNK]
        yield start, cache.read(chunk, wanted=range(len(chunk)))


def _chance(
    context: list[int],
    written: int,
    logits: Logits,
    vocabulary: Vocabulary,
    memory: NgramMemory | None,
) -> float:
    """Probability that was given to the token that was written."""
    model = Distribution.of(logits, None)
    chance = float(model.shares[written])
    recall = memory.recall(context) if memory else NOTHING
    if recall:
        weight = shipped().weight(recall, situation(recall, model, vocabulary))
        chance += weight * (recall.probability(written) - chance)
    return max(chance, _LEAST)
