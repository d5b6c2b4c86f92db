"""Where each millisecond goes, and what the memory, the last texts and drafting do to it.

``python -m bench latency``
"""

from __future__ import annotations

from typing import Any

from rich.progress import Progress

from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.latency import PHASES, Key, summary, write_sample

REPETITIONS = 3
ALONE = "model alone"
PLAIN = "+ last texts and memory"
WHOLE = "+ drafting"
ONE_THREAD = "the same on one thread"


def measure(progress: Progress) -> dict[str, dict[str, Any]]:
    """The same letters, written in turn by each; of all repetitions together."""
    base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    whole = CompletionEngine.open(base)
    writers = {
        ALONE: (whole, True),
        PLAIN: (CompletionEngine.open(base, drafts=False), False),
        WHOLE: (whole, False),
        ONE_THREAD: (CompletionEngine.open(base, threads=1), False),
    }
    keys: dict[str, list[Key]] = {name: [] for name in writers}
    for _ in progress.track(range(REPETITIONS), description="latency"):
        for name, (engine, alone) in writers.items():
            keys[name] += write_sample(engine, alone=alone)
    return {name: summary(pressed) for name, pressed in keys.items()}


def table(measured: dict[str, dict[str, Any]]) -> str:
    """Markdown: medians and 95th percentiles."""
    lines = [
        "| | all keys | first of a text | first of a word | other keys | "
        + " | ".join(PHASES)
        + " |",
        "|---" + "|---:" * (4 + len(PHASES)) + "|",
    ]
    for name, row in measured.items():
        cells = [row["total_ms"], *(row["places_ms"][at] for at in ("begin", "word", "letter"))]
        cells += [row["phases_ms"][phase] for phase in PHASES]
        times = " | ".join(f"{cell['p50']:.0f} / {cell['p95']:.0f}" for cell in cells)
        lines.append(f"| {name} | {times} |")
    return "\n".join(lines)
