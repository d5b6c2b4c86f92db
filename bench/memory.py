"""What the n-gram memory costs: to learn, to forget, to rebuild, to ask, to hold.

``python -m bench memory``
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.study_data import FILES, authors
from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.segment import Text

TOKENS = 1_000_000
ASKED = 500


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a memory of a million tokens."""

    texts: int
    tokens: int
    rebuild_s: float
    held_mb: float
    most_mb: float
    """While it is rebuilt."""
    learn_ms: float
    forget_ms: float
    recall_us: float


def measure() -> Cost:
    """Learn real texts up to a million tokens, then one more, again and again."""
    vocabulary = Vocabulary(ensure_base(paths.cache_dir(), lambda _stage, _fraction: None))
    texts = _texts(vocabulary)
    known, more = texts[:-ASKED], texts[-ASKED:]
    memory = NgramMemory()
    rebuild = _seconds(lambda: memory.learn_all(enumerate(known)))
    contexts = [np.asarray(text[: 2 + place % 30]).tolist() for place, text in enumerate(more)]
    recall = [_seconds(partial(memory.recall, one)) for one in contexts]
    numbers = range(len(known), len(texts))
    pairs = list(zip(numbers, more, strict=True))
    learn = [_seconds(partial(memory.learn, *pair)) for pair in pairs]
    forget = [_seconds(partial(memory.forget, number)) for number in numbers[:50]]
    return Cost(
        len(known),
        sum(map(len, known)),
        rebuild,
        *_megabytes(known),
        statistics.median(learn) * 1e3,
        statistics.median(forget) * 1e3,
        statistics.median(recall) * 1e6,
    )


def _megabytes(known: list[Text]) -> tuple[float, float]:
    """What is held in the end, and at most on the way there."""
    tracemalloc.start()
    memory = NgramMemory()
    memory.learn_all(enumerate(known))
    held, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / 1e6, most / 1e6


def _texts(vocabulary: Vocabulary) -> list[Text]:
    """Of tune authors, until there are enough."""
    found: list[Text] = []
    size = 0
    for name in FILES:
        for author in authors(name, "tune"):
            found += vocabulary.documents([document.text for document in author])
            size += sum(map(len, found[-len(author) :]))
            if size > TOKENS:
                return found
    return found


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def table(cost: Cost) -> str:
    """Markdown."""
    return "\n".join(
        [
            f"| a memory of {cost.texts:,} texts, {cost.tokens:,} tokens | |",
            "|---|---:|",
            f"| rebuilt at the start in | {cost.rebuild_s:.1f} s |",
            f"| memory held | {cost.held_mb:.0f} MB |",
            f"| at most, while it is rebuilt | {cost.most_mb:.0f} MB |",
            f"| one more text, learned in | {cost.learn_ms:.2f} ms |",
            f"| one text, forgotten in | {cost.forget_ms:.1f} ms |",
            f"| asked once | {cost.recall_us:.0f} µs |",
        ]
    )
