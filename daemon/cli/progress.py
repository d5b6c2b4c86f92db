"""A progress bar for long work in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


@contextmanager
def stages() -> Iterator[Callable[[str, float], None]]:
    """Yield a function that is told a stage and the fraction of it that is done.

    One bar a stage, on stderr; nothing is shown if nothing is reported.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bars: dict[str, TaskID] = {}

        def report(stage: str, fraction: float) -> None:
            if stage not in bars:
                for bar in bars.values():
                    progress.update(bar, completed=1.0)
                bars[stage] = progress.add_task(stage, total=1.0)
            progress.update(bars[stage], completed=fraction)

        yield report
        for bar in bars.values():
            progress.update(bar, completed=1.0)
