"""``plm eval``: how good the completions are, on texts that you give it."""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import shlex
import shutil
import sys
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
from plm_engine.evaluation.curves import GRID
from plm_engine.evaluation.prequential import History, Learn, Setting
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
@click.option(
    "--authors",
    type=click.IntRange(min=1),
    help="Only so many, chosen by hash: the same every time, nothing is random.",
)
@click.option("--split", type=click.Choice(get_args(Split)), default="all", show_default=True)
@click.option(
    "--documents",
    type=click.IntRange(min=1),
    default=JUDGED,
    show_default=True,
    help="Judge each author's last so many; what came before is only learned.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=DEFAULT_THRESHOLD,
    help="Show what is at least so sure; by default what `balanced` shows.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="Processes at once.")
@click.option("--fresh", is_flag=True, help="Do not resume an interrupted evaluation.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write a page with plots, over all thresholds, to this HTML file.",
)
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
    report: Path | None,
    as_json: bool,
) -> None:
    """Type the texts of FILE key by key, in the order of time, and count what PLM saves.

    FILE holds JSON Lines with author, ts and text. Nothing leaves this machine; texts are not
    kept. An evaluation that was interrupted goes on where it stopped.
    """
    if report:
        _check(report)
    with one_line_for(StudyError, BaseModelError):
        chosen = _chosen(read_authors(file, split), authors)
        if not chosen:
            raise StudyError(f"There is no text in {file}, or none of the authors asked for.")
        base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
        thresholds = sorted({threshold, *GRID}) if report else [threshold]
        setting = Setting(learn=learn, thresholds=tuple(thresholds))
        identity = [_digest(file), *map(_digest, FITTED), base.digest, repr(setting)]
        name = hashlib.sha256("\n".join(identity).encode()).hexdigest()[:24]
        kept = paths.cache_dir() / "evaluations" / name
        if fresh:
            shutil.rmtree(kept, ignore_errors=True)
        study = Study(base=base, setting=setting, judged=documents, kept=kept)
        histories = _replay_all(study, chosen, jobs)
    if report:
        facts = _facts(file, study, threshold, authors, split)
        _write_page(report, histories, threshold, facts)
    scores = {author: results.total(history) for author, history in histories.items()}
    numbers = results.report(scores, threshold)
    if as_json:
        print_json(numbers)
    else:
        Console().print(_table(numbers))


def _chosen(authors: dict[str, list[Document]], count: int | None) -> dict[str, list[str]]:
    by_hash = sorted(authors, key=lambda author: hashlib.sha256(author.encode()).digest())
    return {
        author: [document.text for document in authors[author]]
        for author in sorted(by_hash[:count])
    }


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _replay_all(study: Study, authors: dict[str, list[str]], jobs: int) -> dict[str, History]:
    columns = (TextColumn("replay"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    total = sum(min(study.judged, len(texts)) for texts in authors.values())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("replay", total=total)
        return replay_authors(study, authors, jobs=jobs, on_done=lambda _: progress.advance(bar))


def _check(report: Path) -> None:
    """Fail now rather than after hours."""
    if importlib.util.find_spec("matplotlib") is None:
        python = shlex.quote(sys.executable)
        raise click.ClickException(
            f"A report needs matplotlib: {python} -m pip install 'matplotlib>=3.9,<4'"
        )
    if not report.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {report.parent} for the report.")


def _write_page(
    file: Path, histories: dict[str, History], threshold: float, facts: dict[str, str]
) -> None:
    from plm_engine.evaluation.report import Findings, page  # noqa: PLC0415 - needs matplotlib

    found = Findings(histories=histories, threshold=threshold, facts=facts)
    file.write_text(page(found), "utf-8")


def _facts(
    file: Path, study: Study, threshold: float, authors: int | None, split: Split
) -> dict[str, str]:
    """How to measure the same again, and what it depends on."""
    base, setting = study.base, study.setting
    options = {
        "learn": setting.learn,
        "authors": authors,
        "split": split,
        "documents": study.judged,
        "threshold": threshold,
        "report": "report.html",
    }
    words = [word for name, value in options.items() if value for word in (f"--{name}", str(value))]
    reads = "read by the model first" if setting.has_preamble else "not read by the model"
    return {
        "command": shlex.join(["plm", "eval", "replay", file.name, *words]),
        "texts": f"{file.name}, SHA-256 {_digest(file)[:16]}…",
        "base model": f"{base.name}, SHA-256 {base.digest[:16]}…",
        "learned": f"{setting.learn}; the author's last texts are {reads}",
        "at most": f"{setting.max_words} words shown, {setting.max_chars:,} characters of a text",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "PLM": importlib.metadata.version("plm"),
        "machine": (
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}"
        ),
    }


def _table(numbers: results.Metrics) -> Table:
    table = Table(box=None)
    for heading in ("author", "bits/char", "keys saved", "right", "coverage", "documents"):
        table.add_column(heading, justify="left" if heading == "author" else "right")
    rows = {**numbers["authors"], "mean": numbers["mean"]}
    for name, row in rows.items():
        shares = (row["keystrokes_saved"], row["precision_shown"], row["coverage"])
        table.add_row(
            name,
            f"{row['bits_per_char']:.3f}",
            *(f"{share * 100:.1f} %" for share in shares),
            str(row["documents"]),
        )
    return table
