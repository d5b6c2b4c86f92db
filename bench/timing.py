"""Decode and prefill times of our runtime and of llama.cpp, measured alike.

Medians of interleaved repetitions: on a shared machine only ratios within one run mean anything.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from plm_engine.base.installed import InstalledBase
from plm_engine.runtime.session import ModelSession

PREFILL_TOKENS = 256
CONTINUED_TOKENS = 3
DECODED_TOKENS = 16
REPETITIONS = 9
_SPREAD = 7_919  # a prime, so that the token ids jump about the vocabulary


@dataclass(frozen=True, slots=True)
class Timings:
    """Medians."""

    decode_ms: float
    """Milliseconds for one token after 256."""
    continued_ms: float
    """Milliseconds for three new tokens after 256: one more word typed."""
    prefill_rate: float
    """Tokens a second, 256 at once."""


Read = Callable[[list[int]], object]
Restart = Callable[[], object]


def tokens(count: int, vocabulary: int = 40_000) -> list[int]:
    """The same arbitrary tokens every time."""
    return [100 + (i * _SPREAD) % vocabulary for i in range(count)]


def time_reader(read: Read, restart: Restart) -> Callable[[], Timings]:
    """Return a function that makes one repetition."""
    text = tokens(PREFILL_TOKENS + CONTINUED_TOKENS + DECODED_TOKENS)

    def repeat() -> Timings:
        restart()
        prefill = _seconds(lambda: read(text[:PREFILL_TOKENS]))
        after = PREFILL_TOKENS + CONTINUED_TOKENS
        continued = _seconds(lambda: read(text[PREFILL_TOKENS:after]))
        decode = [_seconds(partial(read, [token])) for token in text[after:]]
        return Timings(statistics.median(decode) * 1e3, continued * 1e3, PREFILL_TOKENS / prefill)

    return repeat


def interleave(repeats: dict[str, Callable[[], Timings]]) -> dict[str, Timings]:
    """Run the contestants in turn, again and again; medians of each."""
    seen: dict[str, list[Timings]] = {name: [] for name in repeats}
    for _ in range(REPETITIONS):
        for name, repeat in repeats.items():
            seen[name].append(repeat())
    return {name: _median(runs) for name, runs in seen.items()}


def our_reader(base: InstalledBase, rank: int = 0) -> Callable[[], Timings]:
    """Our runtime, with an adapter of some rank on every projection."""
    import numpy as np

    from plm_engine.base.projections import projections

    session = ModelSession(base)
    cache = session.new_cache(PREFILL_TOKENS + CONTINUED_TOKENS + DECODED_TOKENS)
    for projection in projections(base.config):
        for name, shape in (
            ("lora_A", (projection.inputs, rank)),
            ("lora_B", (rank, projection.outputs)),
        ):
            cache.bind(f"{projection.name}.{name}", np.full(shape, 1e-5, np.float32))
    return time_reader(cache.read, lambda: cache.seek([]))


def time_model(base: InstalledBase) -> Timings:
    """One model by itself."""
    return interleave({"it": our_reader(base)})["it"]


def _median(runs: list[Timings]) -> Timings:
    return Timings(
        statistics.median(run.decode_ms for run in runs),
        statistics.median(run.continued_ms for run in runs),
        statistics.median(run.prefill_rate for run in runs),
    )


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
