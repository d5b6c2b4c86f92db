"""A study of several authors, one a process; what is found is kept, so it can be interrupted.

It is kept with the project, in ``docs/results``: it took hours. It is numbers only,
authors are named by a digest of their pseudonyms.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Generic, TypeVar

import msgspec
from rich.progress import Progress

from plm_engine.evaluation.authors import fingerprint

Texts = TypeVar("Texts")
Found = TypeVar("Found")

RESULTS = Path(__file__).parents[1] / "docs" / "results"
OnStep = Callable[[], None]
_LOOK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Study(Generic[Texts, Found]):
    """What is done with each author; a process that begins one has one thread for torch."""

    name: str
    work: Callable[[Texts, OnStep], Found]
    """A function of a module; tells after each of its steps."""
    steps: int
    kind: type[Found]
    ways: tuple[object, ...]
    """What decides how it is done: what was found in another way is not taken for it."""

    @property
    def folder(self) -> Path:
        """Of what was found."""
        digest = hashlib.sha256(repr(self.ways).encode()).hexdigest()[:12]
        return RESULTS / f"{self.name}-{digest}"

    def run(self, authors: Mapping[str, Texts], progress: Progress) -> list[Found]:
        """In the order of the authors. Raises what an author's process raises."""
        left = {author: texts for author, texts in authors.items() if self.known(author) is None}
        task = progress.add_task(self.name, total=len(authors) * self.steps)
        progress.advance(task, (len(authors) - len(left)) * self.steps)
        spawn = multiprocessing.get_context("spawn")
        done: SimpleQueue[int] = spawn.SimpleQueue()
        pool = ProcessPoolExecutor(os.cpu_count(), spawn, _start, (done,), max_tasks_per_child=1)
        with pool:  # torch and the converted model are let go after each author
            running = {pool.submit(_study, self, author, left[author]) for author in left}
            while running:
                finished, running = wait(running, _LOOK_EVERY_S, FIRST_COMPLETED)
                while not done.empty():
                    progress.advance(task, done.get())
                for future in finished:
                    future.result()
        progress.remove_task(task)
        return [found for author in authors if (found := self.known(author)) is not None]

    def known(self, author: str) -> Found | None:
        """What was found before."""
        try:
            return msgspec.json.decode(self._file(author).read_bytes(), type=self.kind)
        except (OSError, msgspec.MsgspecError):
            return None

    def keep(self, author: str, found: Found) -> None:
        """Whole or not at all."""
        file = self._file(author)
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".part")
        unfinished.write_bytes(msgspec.json.encode(found))
        unfinished.replace(file)

    def _file(self, author: str) -> Path:
        return self.folder / f"{fingerprint(author)}.json"


_done: list[SimpleQueue[int]] = []
"""Of this process: where it tells that one step more is done."""


def _start(done: SimpleQueue[int]) -> None:
    import torch

    torch.set_num_threads(1)
    _done.append(done)


def _study(study: Study[Texts, Found], author: str, texts: Texts) -> None:
    study.keep(author, study.work(texts, lambda: _done[0].put(1)))
