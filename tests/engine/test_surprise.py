"""Perplexity is what its definition says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from plm_engine.base import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.evaluation.surprise import MAX_TOKENS, measure_perplexity
from tests.engine.tiny_llama import TinyLlama

TEXTS = ["the would the", "would would", "t" * 90]


def test_it_is_the_mean_surprise_per_token(tiny: TinyLlama, tiny_base: InstalledBase) -> None:
    vocabulary = Vocabulary(tiny_base)
    nats, count = 0.0, 0
    for text in TEXTS:
        ids = vocabulary.encode(text).ids
        logits = tiny.logits([vocabulary.document_start, *ids[:-1]])
        chances = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
        nats -= np.log(chances[np.arange(len(ids)), ids]).sum()
        count += len(ids)
    surprise = measure_perplexity(tiny_base, TEXTS)
    assert surprise.tokens == count
    assert surprise.perplexity == pytest.approx(math.exp(nats / count), rel=1e-4)
    characters = sum(map(len, TEXTS))
    assert surprise.bits_per_char == pytest.approx(nats / math.log(2) / characters, rel=1e-4)


def test_only_the_beginning_of_a_long_text_counts(tiny_base: InstalledBase) -> None:
    surprise = measure_perplexity(tiny_base, ["x" * (MAX_TOKENS + 50)])
    assert (surprise.tokens, surprise.characters) == (MAX_TOKENS, MAX_TOKENS)


def test_an_empty_text_says_nothing(tiny_base: InstalledBase) -> None:
    assert measure_perplexity(tiny_base, ["", "t"]).tokens == 1
