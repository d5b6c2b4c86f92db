"""Perplexity: how surprised a model is by texts it has not seen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from plm_engine.base.installed import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.runtime.cache import Logits
from plm_engine.runtime.session import ModelSession

MAX_TOKENS = 512
_CHUNK = 64  # logits of a chunk take 12 MB


@dataclass(frozen=True, slots=True)
class Surprise:
    """Negative log-likelihood of texts under a model."""

    nats: float
    tokens: int
    characters: int

    @property
    def perplexity(self) -> float:
        """e to the mean negative log-likelihood per token."""
        return math.exp(self.nats / self.tokens)

    @property
    def bits_per_char(self) -> float:
        """Comparable across tokenisers."""
        return self.nats / math.log(2) / self.characters


def measure_perplexity(base: InstalledBase, texts: Iterable[str]) -> Surprise:
    """Read each text by itself from the document start, its first 512 tokens."""
    vocabulary, session = Vocabulary(base), ModelSession(base)
    nats, tokens, characters = 0.0, 0, 0
    for text in texts:
        encoding = vocabulary.encode(text)
        ids = encoding.ids[:MAX_TOKENS]
        if not ids:
            continue
        read = [vocabulary.document_start, *ids[:-1]]
        for start, logits in predictions(session, read):
            targets = ids[start : start + len(logits)]
            nats -= float(_log_softmax(logits)[np.arange(len(targets)), targets].sum())
        tokens += len(ids)
        characters += encoding.offsets[len(ids) - 1][1]
    return Surprise(nats, tokens, characters)


def predictions(session: ModelSession, read: list[int]) -> Iterator[tuple[int, Logits]]:
    """Logits ``[tokens, vocabulary]`` after each token, in chunks with where each begins.

    A chunk is overwritten by the next.
    """
    cache = session.new_cache(MAX_TOKENS)
    for start in range(0, len(read), _CHUNK):
        chunk = read[start : start + _CHUNK]
        yield start, cache.read(chunk, wanted=range(len(chunk)))


def _log_softmax(logits: Logits) -> Logits:
    shifted = logits - logits.max(-1, keepdims=True)
    normalised: Logits = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return normalised
