"""``plm bench``: how fast this machine is."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from daemon import paths
from daemon.cli.output import json_option, one_line_for, print_json
from plm_engine.base import BaseModelError, ensure_base
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.latency import keys_in_sample, summary, write_sample


@click.group(short_help="How fast this machine is.")
def command() -> None:
    """Measure how fast this machine is."""


@command.command()
@click.option("--alone", is_flag=True, help="The model alone, without a memory of earlier letters.")
@click.option("--threads", type=click.IntRange(1, 64), help="Default: one a core, up to four.")
@json_option
def completion(*, alone: bool, threads: int | None, as_json: bool) -> None:
    """Write two letters that come with PLM, asking at every key; say where each millisecond goes.

    This process loads a model of its own; the daemon and its texts are left alone.
    """
    with one_line_for(BaseModelError):
        base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
        engine = CompletionEngine.open(base, threads=threads)
    keys = track(
        write_sample(engine, alone=alone),
        "writing",
        total=keys_in_sample(),
        console=Console(stderr=True),
    )
    measured = summary(list(keys))
    if as_json:
        print_json(measured)
    else:
        Console().print(_table(measured))


def _table(measured: dict[str, Any]) -> Table:
    names = {"begin": "first key of a text", "word": "first key of a word", "letter": "other keys"}
    rows = {f"all {measured['keys']} keys": measured["total_ms"]}
    rows |= {names[place]: times for place, times in measured["places_ms"].items()}
    rows |= {f"of which {phase}": times for phase, times in measured["phases_ms"].items()}
    table = Table("", "median, ms", "95th percentile, ms", box=None)
    for name, times in rows.items():
        table.add_row(name, f"{times['p50']:.1f}", f"{times['p95']:.1f}")
    return table
