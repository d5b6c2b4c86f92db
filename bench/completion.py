"""What suggestions save, part by part and beside their rivals, on the same texts: table and plot.

``python -m bench completion``
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean, median

from rich.progress import Progress

from bench.peers.kenlm import KenlmPeer
from bench.peers.llama_cpp import LlamaCppPeer
from bench.peers.ngram import NgramPeer
from bench.peers.peer import NotHereError, Peer
from bench.peers.plm import ABLATION, WHOLE, Parts, PlmPeer
from bench.peers.presage import PresagePeer
from bench.peers.recording import Rule, choose_rule, judged, record, sample_authors, total
from daemon import paths
from plm_engine.base import InstalledBase, ensure_base
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.evaluation.keystrokes import Tally
from plm_engine.evaluation.plots import Axis, Line, curves
from plm_engine.evaluation.surprise import Surprise

TUNE_AUTHORS = 6
TEST_AUTHORS = 10
CURVE = tuple(step / 20 for step in range(2, 20))
PLOT = Path(__file__).parents[1] / "docs" / "images" / "saved-by-precision.svg"
DRAWN = {
    WHOLE.name: "PLM",
    ABLATION[0].name: ABLATION[0].name,
    NgramPeer.name: NgramPeer.name,
    LlamaCppPeer.name: LlamaCppPeer.name,
}
"""By name, and what they are called in the plot."""
_LEAST_SHOWN = 50
"""Below, a point says nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """One contestant on the test authors."""

    name: str
    rule: Rule
    """Saves most on tune authors while six in ten are right."""
    authors: Sequence[Tally]
    curve: Sequence[Tally]
    """All authors together, with thresholds of `CURVE`."""
    ms: float
    """Median, for one suggestion on one thread."""
    surprise: Surprise | None


def measure(progress: Progress) -> list[Result]:
    """Every contestant in a process of its own, as many at a time as there are cores."""
    _base()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), spawn, max_tasks_per_child=1) as pool:
        found = pool.map(_contest, CONTESTANTS)
        results = list(progress.track(found, total=len(CONTESTANTS), description="completion"))
    for name, result in zip(CONTESTANTS, results, strict=True):
        if isinstance(result, str):
            progress.console.print(f"{name} is left out. {result}")
    return [result for result in results if isinstance(result, Result)]


def _contest(name: str) -> Result | str:
    try:
        peer = CONTESTANTS[name]()
    except NotHereError as missing:
        return str(missing)
    tune = [one for author in sample_authors("tune", TUNE_AUTHORS) for one in record(peer, author)]
    rule = choose_rule(tune)
    test = [list(record(peer, author)) for author in sample_authors("test", TEST_AUTHORS)]
    every = [recording for author in test for recording in author]
    return Result(
        name=peer.name,
        rule=rule,
        authors=[total(author, rule) for author in test],
        curve=[total(every, Rule(threshold)) for threshold in CURVE],
        ms=median(seconds for one in every for seconds in one.seconds) * 1e3,
        surprise=_surprise(peer) if isinstance(peer, PlmPeer) else None,
    )


def _base() -> InstalledBase:
    return ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)


def _ours(parts: Parts) -> Peer:
    return PlmPeer(CompletionEngine.open(_base(), threads=1), parts)


CONTESTANTS: dict[str, Callable[[], Peer]] = {
    PresagePeer.name: PresagePeer,
    KenlmPeer.name: KenlmPeer,
    LlamaCppPeer.name: partial(LlamaCppPeer, threads=1),
    NgramPeer.name: lambda: NgramPeer(Vocabulary(_base())),
    **{parts.name: partial(_ours, parts) for parts in ABLATION},
}


def _surprise(peer: PlmPeer) -> Surprise:
    """Over the texts of the test authors."""
    authors = sample_authors("test", TEST_AUTHORS)
    texts = (text for author in authors for text in judged(peer, author))
    return sum((peer.surprise(text) for text in texts), Surprise())


def report(progress: Progress) -> str:
    """Measure, draw, and return the table."""
    results = measure(progress)
    draw(results)
    return table(results)


def table(results: Sequence[Result]) -> str:
    """Markdown: means over authors, with the least and the most of any."""
    lines = [
        "| | keystrokes saved | of an author, least to most | right, of those shown "
        "| words with a suggestion | bits per character | ms |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in results:
        saved = [author.keystrokes_saved for author in row.authors]
        right = fmean(author.precision_shown for author in row.authors)
        covered = fmean(author.coverage for author in row.authors)
        bits = f"{row.surprise.bits_per_char:.3f}" if row.surprise else ""
        lines.append(
            f"| {row.name} | {fmean(saved) * 100:.1f} % "
            f"| {min(saved) * 100:.0f} to {max(saved) * 100:.0f} % | {right * 100:.0f} % "
            f"| {covered * 100:.0f} % | {bits} | {row.ms:.0f} |"
        )
    return "\n".join(lines)


def draw(results: Sequence[Result]) -> None:
    """Keystrokes saved against precision, for all thresholds."""
    by_name = {row.name: row for row in results}
    lines = [
        Line(
            label=label,
            colour=colour,
            points=[
                (tally.precision_shown, tally.keystrokes_saved)
                for tally in by_name[name].curve
                if tally.shown >= _LEAST_SHOWN
            ],
        )
        for colour, (name, label) in enumerate(DRAWN.items())
        if name in by_name
    ]
    x = Axis(label="right, of the suggestions shown", is_share=True)
    y = Axis(label="keystrokes saved", is_share=True, from_zero=True)
    PLOT.write_text(curves("Keystrokes saved against precision", lines, x, y), "utf-8")
