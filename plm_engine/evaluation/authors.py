"""Many authors at once: one process a core, each with a model of its own."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.prequential import History, Setting, replay_author
from plm_engine.evaluation.results import Progress

OnDone = Callable[[str], None]
"""Told whose text is done, after each."""

_LOOK_EVERY_S = 0.2


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
    on_done: OnDone = lambda _: None,
) -> dict[str, History]:
    """Score authors' texts, given in the order of time.

    What is done is kept: an interrupted study goes on where it stopped.
    """
    if jobs == 1:
        worker = _Worker.open(study, on_done, threads=None)
        return {author: worker.replay(author, texts) for author, texts in authors.items()}
    return _in_processes(study, authors, jobs, on_done)


def fingerprint(author: str) -> str:
    """Stands for an author where the name shall not be."""
    return hashlib.sha256(author.encode()).hexdigest()[:24]


def _in_processes(
    study: Study, authors: dict[str, list[str]], jobs: int, on_done: OnDone
) -> dict[str, History]:
    context = multiprocessing.get_context("spawn")
    done: SimpleQueue[str] = context.SimpleQueue()
    with ProcessPoolExecutor(jobs, context, _start, (study, done)) as pool:
        futures = {author: pool.submit(_work, author, texts) for author, texts in authors.items()}
        running = set(futures.values())
        try:
            while running:
                finished, running = wait(running, _LOOK_EVERY_S, FIRST_COMPLETED)
                while not done.empty():
                    on_done(done.get())
                for future in finished:
                    future.result()
            return {author: future.result() for author, future in futures.items()}
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Worker:
    """One model, and what is done with it."""

    study: Study
    engine: CompletionEngine
    on_done: OnDone

    @classmethod
    def open(cls, study: Study, on_done: OnDone, threads: int | None) -> _Worker:
        return cls(study, CompletionEngine.open(study.base, threads=threads), on_done)

    def replay(self, author: str, texts: list[str]) -> History:
        study = self.study
        progress = Progress(study.kept / f"{fingerprint(author)}.jsonl")
        history: History = {}
        for number, score in replay_author(
            self.engine, texts, study.setting, judged=study.judged, known=progress.done
        ):
            progress.keep(number, score)
            history[number] = score
            self.on_done(author)
        return history


_workers: list[_Worker] = []
"""Of this process, if it is one of several."""


def _start(study: Study, done: SimpleQueue[str]) -> None:
    _workers.append(_Worker.open(study, done.put, threads=1))


def _work(author: str, texts: list[str]) -> History:
    return _workers[0].replay(author, texts)
