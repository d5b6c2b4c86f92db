"""Work on each tune author whose texts may shape what PLM ships, two authors at a time."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from typing import TypeVar

from rich.progress import track

from bench.study_data import open_tune_authors
from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.completion.engine import CompletionEngine

KNOWN = 150
"""What an author wrote before, at most."""
READ = 6
"""Texts that are read as they would have been typed."""

T = TypeVar("T")

_engines: list[CompletionEngine] = []
"""Of this process."""


def for_each(work: Callable[[CompletionEngine, list[str]], T], description: str) -> Iterator[T]:
    """Do this with each author's texts, given in the order of time.

    ``work`` must be a function of a module; results come in the order of the authors.
    """
    ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    authors = [
        [document.text for document in documents[: KNOWN + READ]]
        for documents in open_tune_authors()
        if len(documents) > READ
    ]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), spawn, _start) as pool:
        done = pool.map(_in_process, repeat(work), authors)
        yield from track(done, description, total=len(authors))


def _start() -> None:
    base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    _engines.append(CompletionEngine.open(base, threads=1))


def _in_process(work: Callable[[CompletionEngine, list[str]], T], texts: list[str]) -> T:
    return work(_engines[0], texts)
