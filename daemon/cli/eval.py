"""``plm eval``: how good the completions are, on texts that you give it."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import get_args

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from daemon import paths
from daemon.cli.output import json_option, one_line_for, print_json
from plm_engine.base import BaseModelError, ensure_base
from plm_engine.completion import gate
from plm_engine.completion.types import DEFAULT_THRESHOLD
from plm_engine.evaluation import results
from plm_engine.evaluation.authors import Study, replay_authors
from plm_engine.evaluation.prequential import Learn, Score, Setting
from plm_engine.evaluation.study import Document, Split, StudyError, read_authors
from plm_engine.memory import blend

JUDGED = 30
FITTED = (blend.COEFFICIENTS, gate.COEFFICIENTS)


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
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="Processes at once.")
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
    jobs: int,
    fresh: bool,
    as_json: bool,
) -> None:
    """Type the texts of FILE key by key, in the order of time, and count what PLM saves.

    FILE holds JSON Lines with author, ts and text. Nothing leaves this machine; texts are not
    kept. An evaluation that was interrupted goes on where it stopped.
    """
    with one_line_for(StudyError, BaseModelError):
        chosen = _chosen(read_authors(file, split), authors)
        base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
        setting = Setting(learn=learn, thresholds=(threshold,))
        identity = [_digest(file), *map(_digest, FITTED), base.digest, repr(setting)]
        name = hashlib.sha256("\n".join(identity).encode()).hexdigest()[:24]
        kept = paths.cache_dir() / "evaluations" / name
        if fresh:
            shutil.rmtree(kept, ignore_errors=True)
        study = Study(base=base, setting=setting, judged=documents, kept=kept)
        report = results.report(_replay_all(study, chosen, jobs), threshold)
    if as_json:
        print_json(report)
    else:
        Console().print(_table(report))


def _chosen(authors: dict[str, list[Document]], count: int | None) -> dict[str, list[str]]:
    by_hash = sorted(authors, key=lambda author: hashlib.sha256(author.encode()).digest())
    return {
        author: [document.text for document in authors[author]]
        for author in sorted(by_hash[:count])
    }


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _replay_all(study: Study, authors: dict[str, list[str]], jobs: int) -> dict[str, Score]:
    columns = (TextColumn("replay"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    total = sum(min(study.judged, len(texts)) for texts in authors.values())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("replay", total=total)

        def advance(author: str) -> None:
            progress.advance(bar, min(study.judged, len(authors[author])))

        return replay_authors(study, authors, jobs=jobs, on_done=advance)


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
