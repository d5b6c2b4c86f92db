"""What rounding the weights costs: perplexity, bytes and speed of each candidate, in one run.

``python -m bench quantisation``
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from bench.study_data import sample_texts
from bench.timing import Timings, time_model
from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.base.catalogue import DEFAULT
from plm_engine.base.convert import convert
from plm_engine.base.installed import WEIGHTS, InstalledBase
from plm_engine.base.quantise import SHIPPED, Quantisation
from plm_engine.evaluation.surprise import measure_perplexity

TEXTS_PER_COLLECTION = 12
CANDIDATES: dict[str, Quantisation | None] = {
    "float32 (the reference)": None,
    "int8, blocks of 32": Quantisation(8, 32),
    "int8, blocks of 64": Quantisation(8, 64),
    "int4, blocks of 32": Quantisation(4, 32),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the table."""

    name: str
    how: Quantisation | None
    perplexity: float
    megabytes: float
    timings: Timings


def measure(progress: Progress) -> list[Candidate]:
    """Convert, read the same texts, and time each candidate."""
    texts = sample_texts(TEXTS_PER_COLLECTION)
    cache = paths.cache_dir()
    ensure_base(cache, lambda _stage, _fraction: None)
    gguf = cache / "downloads" / Path(DEFAULT.member).name
    with tempfile.TemporaryDirectory() as scratch:
        bases: dict[str, InstalledBase] = {}
        for name, how in progress.track(CANDIDATES.items(), description="converting"):
            place = Path(scratch) / str(len(bases))
            bases[name] = convert(gguf, place, name=name, licence="", how=how)
        rows = progress.track(bases.items(), description="quantisation")
        return [_measure_one(name, base, texts) for name, base in rows]


def _measure_one(name: str, base: InstalledBase, texts: list[str]) -> Candidate:
    return Candidate(
        name,
        CANDIDATES[name],
        measure_perplexity(base, texts).perplexity,
        (base.folder / WEIGHTS).stat().st_size / 1e6,
        time_model(base),
    )


def table(candidates: list[Candidate]) -> str:
    """Markdown; ratios are against the first row, the reference."""
    reference = candidates[0]
    lines = [
        "| weights | perplexity | against float32 | MB | decode, ms/token | prefill, tokens/s |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row in candidates:
        change = (row.perplexity / reference.perplexity - 1) * 100
        name = f"**{row.name}** (shipped)" if row.how == SHIPPED else row.name
        lines.append(
            f"| {name} | {row.perplexity:.2f} | {change:+.2f} % | {row.megabytes:.0f} "
            f"| {row.timings.decode_ms:.1f} | {row.timings.prefill_rate:.0f} |"
        )
    return "\n".join(lines)
