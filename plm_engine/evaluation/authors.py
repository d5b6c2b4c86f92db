"""Many authors at once: one process a core, each with a model of its own."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.prequential import Score, Setting, replay_author
from plm_engine.evaluation.results import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What is done with each author."""

    base: InstalledBase
    setting: Setting
    judged: int
    """Each author's last so many texts are scored; what came before is only learned."""
    kept: Path
    """Folder of scores that are known already, and where new ones go."""


def replay_authors(
    study: Study,
    authors: dict[str, list[str]],
    *,
    jobs: int = 1,
    on_done: Callable[[str], None] = lambda _: None,
) -> dict[str, Score]:
    """Score authors' texts, given in the order of time. ``on_done`` is told each author's name.

    What is done is kept: an interrupted study goes on where it stopped.
    """
    scores: dict[str, Score] = {}
    for author, score in _as_completed(study, authors, jobs):
        scores[author] = score
        on_done(author)
    return {author: scores[author] for author in authors}


def _as_completed(
    study: Study, authors: dict[str, list[str]], jobs: int
) -> Iterator[tuple[str, Score]]:
    if jobs == 1:
        worker = _Worker.open(study, threads=None)
        yield from ((author, worker.replay(author, texts)) for author, texts in authors.items())
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _start, (study,)) as pool:
        running = {pool.submit(_work, author, texts): author for author, texts in authors.items()}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Worker:
    """One model, and what is done with it."""

    study: Study
    engine: CompletionEngine

    @classmethod
    def open(cls, study: Study, threads: int | None) -> _Worker:
        return cls(study, CompletionEngine.open(study.base, threads=threads))

    def replay(self, author: str, texts: list[str]) -> Score:
        study = self.study
        name = hashlib.sha256(author.encode()).hexdigest()[:24]
        progress = Progress(study.kept / f"{name}.jsonl")
        total = Score()
        for number, score in replay_author(
            self.engine, texts, study.setting, judged=study.judged, known=progress.done
        ):
            progress.keep(number, score)
            total += score
        return total


_workers: list[_Worker] = []
"""Of this process, if it is one of several."""


def _start(study: Study) -> None:
    _workers.append(_Worker.open(study, threads=1))


def _work(author: str, texts: list[str]) -> Score:
    return _workers[0].replay(author, texts)
