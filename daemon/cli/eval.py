"""``plm eval``: how good the completions are, on texts that you give it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import get_args

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from daemon import paths
from daemon.cli.output import json_option, one_line_for, print_json
from plm_engine.base import BaseModelError, ensure_base
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.types import DEFAULT_THRESHOLD
from plm_engine.evaluation import results
from plm_engine.evaluation.prequential import Learn, Score, Setting, replay_author
from plm_engine.evaluation.study import Document, Split, StudyError, read_authors
from plm_engine.memory.blend import COEFFICIENTS

JUDGED = 30


@click.group(short_help="How good the completions are, on texts that you give it.")
def command() -> None:
    """Measure how good the completions are, on texts that you give it."""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--learn", type=click.Choice(get_args(Learn)), default="ngram", show_default=True)
@click.option("--authors", type=click.IntRange(min=1), help="Only so many, chosen by hash.")
@click.option("--split", type=click.Choice(get_args(Split)), default="all", show_default=True)
@click.option(
    "--documents",
    type=click.IntRange(min=1),
    default=JUDGED,
    show_default=True,
    help="Judge each author's last so many; what came before is only learned.",
)
@click.option("--threshold", type=click.FloatRange(0, 1), default=DEFAULT_THRESHOLD)
@click.option("--fresh", is_flag=True, help="Do not resume an interrupted evaluation.")
@json_option
def replay(
    file: Path,
    *,
    learn: Learn,
    authors: int | None,
    split: Split,
    documents: int,
    threshold: float,
    fresh: bool,
    as_json: bool,
) -> None:
    """Type the texts of FILE key by key, in the order of time, and count what PLM saves.

    FILE holds JSON Lines with author, ts and text. Nothing leaves this process; texts are not
    kept. An evaluation that was interrupted goes on where it stopped.
    """
    setting = Setting(learn=learn, threshold=threshold)
    with one_line_for(StudyError, BaseModelError):
        chosen = _chosen(read_authors(file, split), authors)
        base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
        engine = CompletionEngine.open(base)
    identity = [_digest(file), _digest(COEFFICIENTS), base.digest, repr(setting)]
    name = hashlib.sha256("\n".join(identity).encode()).hexdigest()[:24]
    kept = paths.cache_dir() / "evaluations" / f"{name}.jsonl"
    if fresh:
        kept.unlink(missing_ok=True)
    report = results.report(_replay_all(engine, chosen, setting, documents, kept))
    if as_json:
        print_json(report)
    else:
        Console().print(_table(report))


def _chosen(authors: dict[str, list[Document]], count: int | None) -> dict[str, list[Document]]:
    by_hash = sorted(authors, key=lambda author: hashlib.sha256(author.encode()).digest())
    return {author: authors[author] for author in sorted(by_hash[:count])}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _replay_all(
    engine: CompletionEngine,
    authors: dict[str, list[Document]],
    setting: Setting,
    judged: int,
    kept: Path,
) -> dict[str, Score]:
    done = results.Progress(kept)
    scores: dict[str, Score] = {}
    columns = (TextColumn("replay"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    total = sum(min(judged, len(texts)) for texts in authors.values())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("replay", total=total)
        for author, documents in authors.items():
            texts = [document.text for document in documents]
            known = {n: s for n in range(len(texts)) if (s := done.done(author, n))}
            scores[author] = Score()
            pairs = replay_author(engine, texts, setting, judged=judged, known=known.get)
            for number, score in pairs:
                if number not in known:
                    done.keep(author, number, score)
                scores[author] += score
                progress.advance(bar)
    return scores


def _table(report: results.Metrics) -> Table:
    table = Table(box=None)
    for heading in ("author", "bits/char", "keys saved", "right", "coverage", "documents"):
        table.add_column(heading, justify="left" if heading == "author" else "right")
    rows = {**report["authors"], "mean": report["mean"]}
    for name, row in rows.items():
        shares = (row["keystrokes_saved"], row["precision_shown"], row["coverage"])
        table.add_row(
            name,
            f"{row['bits_per_char']:.3f}",
            *(f"{share * 100:.1f} %" for share in shares),
            str(row["documents"]),
        )
    return table
