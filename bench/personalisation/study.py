"""Many authors, one a process; what is done is kept, so that a study can be interrupted."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import zip_longest
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import msgspec
from rich.progress import Progress

from bench.personalisation.author import REPORTED, ROWS, STAGES, TYPED_CHARS, Author, Findings
from bench.study_data import FILES, authors
from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.authors import fingerprint
from plm_engine.learning import judging, recipes

AUTHORS = 24
"""At most: all test authors who wrote enough, the collections in turn."""
_LOOK_EVERY_S = 0.5

Texts = dict[str, list[str]]


def measure(progress: Progress) -> list[Findings]:
    """Raises what an author's process raises."""
    ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    chosen = test_authors()
    known = {author: _known(author) for author in chosen}
    left = {author: texts for author, texts in chosen.items() if known[author] is None}
    task = progress.add_task("personalisation", total=len(chosen) * ROWS)
    progress.advance(task, (len(chosen) - len(left)) * ROWS)
    spawn = multiprocessing.get_context("spawn")
    done: SimpleQueue[int] = spawn.SimpleQueue()
    # torch and the converted model are let go after each author.
    with ProcessPoolExecutor(os.cpu_count(), spawn, _start, (done,), max_tasks_per_child=1) as pool:
        running = {pool.submit(_study, author, texts) for author, texts in left.items()}
        while running:
            finished, running = wait(running, _LOOK_EVERY_S, FIRST_COMPLETED)
            while not done.empty():
                progress.advance(task, done.get())
            for future in finished:
                future.result()
    progress.remove_task(task)
    return [found for author in chosen if (found := _known(author))]


def test_authors() -> Texts:
    """The last texts of each, in the order of time."""
    needed = STAGES[-1] + REPORTED
    piles = [[one for one in authors(name, "test") if len(one) >= needed] for name in FILES]
    turns = [author for turn in zip_longest(*piles) for author in turn if author]
    return {
        author[0].author: [document.text for document in author[-needed:]]
        for author in turns[:AUTHORS]
    }


def _known(author: str) -> Findings | None:
    try:
        return msgspec.json.decode(_file(author).read_bytes(), type=Findings)
    except (OSError, msgspec.MsgspecError):
        return None


def _file(author: str) -> Path:
    return _folder() / f"{fingerprint(author)}.json"


def _folder() -> Path:
    """Of its own for each way of learning, so that nothing old is taken for new."""
    ways = (
        recipes.WINDOW,
        recipes.PROMPT_TOKENS,
        recipes.PROMPT,
        recipes.ADAPTER,
        judging.TYPED_CHARS,
        TYPED_CHARS,
        REPORTED,
        STAGES,
    )
    name = hashlib.sha256(repr(ways).encode()).hexdigest()[:12]
    return paths.cache_dir() / "bench" / f"personalisation-{name}"


_done: list[SimpleQueue[int]] = []
"""Of this process: where it tells that one row more is done."""


def _start(done: SimpleQueue[int]) -> None:
    import torch

    torch.set_num_threads(1)
    _done.append(done)


def _study(author: str, texts: list[str]) -> None:
    base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    engine = CompletionEngine.open(base, threads=1)
    one = Author(base, engine, str(paths.cache_dir()), texts)
    findings = one.study(lambda: _done[0].put(1))
    file = _file(author)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_bytes(msgspec.json.encode(findings))
    unfinished.replace(file)
