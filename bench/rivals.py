"""Our runtime against llama.cpp, the same model file, the same cores, one run.

``python -m bench rivals``
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from bench.timing import Timings, interleave, our_reader, time_reader
from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.base.catalogue import DEFAULT

ADAPTER_RANK = 16
LLAMA = "llama.cpp, bare model"
OURS = "PLM, bare model"
FUSED = f"PLM, rank-{ADAPTER_RANK} adapter on every projection"


def measure() -> dict[str, Timings]:
    """Interleaved medians of the three."""
    cache = paths.cache_dir()
    base = ensure_base(cache, lambda _stage, _fraction: None)
    return interleave(
        {
            LLAMA: _llama(cache / "downloads" / Path(DEFAULT.member).name),
            OURS: our_reader(base),
            FUSED: our_reader(base, rank=ADAPTER_RANK),
        }
    )


def _llama(gguf: Path) -> Callable[[], Timings]:
    from llama_cpp import Llama

    threads = min(4, os.cpu_count() or 1)
    model = Llama(
        str(gguf), n_ctx=512, n_batch=512, n_threads=threads, n_threads_batch=threads, verbose=False
    )
    return time_reader(model.eval, model.reset)


def table(timings: dict[str, Timings]) -> str:
    """Markdown; ratios are llama.cpp's time over ours, so above 1 we are faster."""
    rival = timings[LLAMA]
    lines = [
        "| | decode, ms/token | 3 tokens more, ms | prefill, tokens/s "
        "| decode, times llama.cpp | prefill, times llama.cpp |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, row in timings.items():
        lines.append(
            f"| {name} | {row.decode_ms:.1f} | {row.continued_ms:.1f} | {row.prefill_rate:.0f} "
            f"| {rival.decode_ms / row.decode_ms:.2f} "
            f"| {row.prefill_rate / rival.prefill_rate:.2f} |"
        )
    return "\n".join(lines)
