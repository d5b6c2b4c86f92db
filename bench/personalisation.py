"""What learning from one author gains, part by part, after few and after many of their texts.

``python -m bench personalisation``; hours. Goes on where it was stopped.
"""

from __future__ import annotations

import gc
import hashlib
import json
import math
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean

import psutil
from rich.progress import Progress

from bench.study_data import FILES, authors
from daemon import paths
from plm_engine.adapters.learned import Learned, personal
from plm_engine.base import InstalledBase, ensure_base
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.types import DEFAULT_THRESHOLD
from plm_engine.evaluation.general import general_surprise
from plm_engine.evaluation.prequential import Score, Setting, replay_author
from plm_engine.learning import recipes
from plm_engine.learning.job import Figures, Part, Text
from plm_engine.learning.judging import verdict
from plm_engine.learning.selection import (
    MOST_CHARS,
    MOST_CHARS_OF_A_TEXT,
    newest,
    with_replay,
)
from plm_engine.learning.teaching import teach
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal

STAGES = (10, 30, 90)
"""Texts that were written before."""
JUDGED = 10
TYPED_CHARS = 120
AUTHORS = 20
_THREADS = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One way to know one author, at one stage."""

    nats_per_token: float
    bits_per_char: float
    keystrokes_saved: float
    cpu_seconds: float
    """Of learning what is new at this stage."""


Rows = dict[str, Cell]
ROWS = (
    "base model alone",
    "+ memory and last texts",
    "+ prompt",
    "+ adapter",
    "+ adapter and prompt",
    "what PLM would use",
)
"""The third to fifth on top of the second; the last is the best that was kept."""


def measure(progress: Progress) -> dict[str, list[Rows]]:
    """By author: one set of rows a stage."""
    ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    names = sample()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), spawn, max_tasks_per_child=1) as pool:
        found = pool.map(study, names)
        every = list(progress.track(found, total=len(names), description="personalisation"))
    return dict(zip(names, every, strict=True))


def sample() -> list[str]:
    """Test authors who wrote enough, from each collection in turn."""
    needed = STAGES[-1] + JUDGED
    able = [
        [author[0].author for author in authors(name, "test") if len(author) >= needed]
        for name in FILES
    ]
    turns = [
        name for turn in range(max(map(len, able))) for pile in able for name in pile[turn:][:1]
    ]
    return turns[:AUTHORS]


def study(author: str) -> list[Rows]:
    """One author, stage by stage; what comes out is kept, so that a study goes on."""
    kept = _kept(author)
    if kept.exists():
        stages = json.loads(kept.read_text("utf-8"))
        return [{name: Cell(**cell) for name, cell in rows.items()} for rows in stages]
    base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    student = _Student(base, _texts_of(author))
    measured = [student.measure(count) for count in STAGES]
    stages = [{name: asdict(cell) for name, cell in rows.items()} for rows in measured]
    kept.write_text(json.dumps(stages), "utf-8")
    return measured


def _texts_of(author: str) -> list[str]:
    every = (one for name in FILES for one in authors(name, "test"))
    found = next(one for one in every if one[0].author == author)
    return [document.text for document in found[: STAGES[-1] + JUDGED]]


def _kept(author: str) -> Path:
    recipe = f"{recipes.ADAPTER} {recipes.PROMPT} {STAGES} {JUDGED} {TYPED_CHARS}"
    name = hashlib.sha256(f"{author} {recipe}".encode()).hexdigest()[:24]
    folder = paths.cache_dir() / "bench" / "personalisation"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.json"


class _Student:
    """Learns an author as PLM does: what is new at each stage, on top of what was kept before."""

    def __init__(self, base: InstalledBase, texts: Sequence[str]) -> None:
        self._base = base
        self._texts = texts
        self._used = Learned(base.digest)
        """The version in use."""
        self._learned = 0
        """So many texts, the first."""

    def measure(self, count: int) -> Rows:
        """All rows after so many texts."""
        before, held_out = self._texts[:count], self._texts[count : count + JUDGED]
        used = self._used
        candidates: dict[str, Learned] = {}
        costs: dict[str, float] = {}
        alone = replace(used, tensors={}, prompt=used.prompt)
        candidates[ROWS[2]], costs[ROWS[2]] = self._taught(alone, "prompt", before)
        plain = replace(used, prompt=None)
        candidates[ROWS[3]], costs[ROWS[3]] = self._taught(plain, "adapter", before)
        both = replace(candidates[ROWS[3]], prompt=used.prompt)
        candidates[ROWS[4]], costs[ROWS[4]] = self._taught(both, "prompt", before)
        self._learned = count
        gc.collect()
        judge = _Examiner(CompletionEngine.open(self._base, threads=_THREADS), before, held_out)
        rows = {ROWS[0]: judge.alone(), ROWS[1]: judge.cell(NOTHING_LEARNED)}
        for name, learned in candidates.items():
            rows[name] = judge.cell(personal(learned, self._base), costs[name])
        rows[ROWS[5]] = self._decide(judge, candidates, rows)
        return rows

    def _decide(self, judge: _Examiner, candidates: dict[str, Learned], rows: Rows) -> Cell:
        """Keep the best candidate if the gate lets it pass."""
        used = self._used
        has_any = used.tensors or used.prompt is not None
        now = personal(used, self._base) if has_any else NOTHING_LEARNED
        cell = judge.cell(now)
        best = min(candidates, key=lambda name: rows[name].bits_per_char)
        tried = personal(candidates[best], self._base)
        general = judge.general(NOTHING_LEARNED)
        passed, _ = verdict(judge.figures(cell, now), judge.figures(rows[best], tried), general)
        if not passed:
            return cell
        self._used = candidates[best]
        return rows[best]

    def _taught(self, current: Learned, part: Part, before: Sequence[str]) -> tuple[Learned, float]:
        texts = [Text(number, text[:MOST_CHARS_OF_A_TEXT]) for number, text in enumerate(before)]
        new = newest(texts[self._learned :], MOST_CHARS[part])
        chosen = with_replay(texts, new, MOST_CHARS[part], seed=0)
        started = _cpu_seconds()
        in_order = sorted(chosen, key=lambda text: text.number)
        learned = teach(self._base, current, part, in_order)
        return learned, _cpu_seconds() - started


@dataclass(frozen=True, slots=True)
class _Examiner:
    engine: CompletionEngine
    before: Sequence[str]
    held_out: Sequence[str]

    def alone(self) -> Cell:
        """The base model, knowing nobody."""
        return self._cell(Setting(learn="none", typed_chars=TYPED_CHARS), 0.0)

    def cell(self, personal: Personal, cpu_seconds: float = 0.0) -> Cell:
        """With memory and last texts, and what was learned."""
        return self._cell(Setting(personal=personal, typed_chars=TYPED_CHARS), cpu_seconds)

    def general(self, personal: Personal) -> float:
        """Bits per character of general English."""
        return general_surprise(self.engine, personal).bits_per_char

    def figures(self, cell: Cell, personal: Personal) -> Figures:
        """As the gate wants them."""
        return Figures(
            bits_per_char=cell.bits_per_char,
            keystrokes_saved=cell.keystrokes_saved,
            general_bits_per_char=self.general(personal),
        )

    def _cell(self, setting: Setting, cpu_seconds: float) -> Cell:
        total = Score()
        texts = [*self.before, *self.held_out]
        for _, score in replay_author(self.engine, texts, setting, judged=len(self.held_out)):
            total += score
        self.engine.forget_everything()
        return Cell(
            nats_per_token=total.surprise.nats / total.surprise.tokens,
            bits_per_char=total.surprise.bits_per_char,
            keystrokes_saved=total.tally(DEFAULT_THRESHOLD).keystrokes_saved,
            cpu_seconds=cpu_seconds,
        )


def _cpu_seconds() -> float:
    times = psutil.Process().cpu_times()
    return float(times.user + times.system)


def table(measured: dict[str, list[Rows]]) -> str:
    """Markdown: means over authors."""
    lines = [
        "| after so many texts | | perplexity | bits per character | keystrokes saved "
        "| authors worse than without | processor time |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    lines += [line for stage, _ in enumerate(STAGES) for line in _lines(measured, stage)]
    lines.append(f"\n{len(measured)} test authors, {JUDGED} texts of each judged at each stage.")
    return "\n".join(lines)


def _lines(measured: dict[str, list[Rows]], stage: int) -> Iterator[str]:
    every = [rows[stage] for rows in measured.values()]
    for name in ROWS:
        worse = sum(rows[name].bits_per_char > rows[ROWS[1]].bits_per_char for rows in every)
        cost = _mean(every, name, lambda cell: cell.cpu_seconds)
        yield (
            f"| {STAGES[stage]} | {name} "
            f"| {_mean(every, name, lambda cell: math.exp(cell.nats_per_token)):.1f} "
            f"| {_mean(every, name, lambda cell: cell.bits_per_char):.3f} "
            f"| {_mean(every, name, lambda cell: cell.keystrokes_saved) * 100:.1f} % "
            f"| {worse if name not in ROWS[:2] else ''} | {f'{cost:.0f} s' if cost else ''} |"
        )


def _mean(every: Sequence[Rows], name: str, of: Callable[[Cell], float]) -> float:
    return fmean(of(rows[name]) for rows in every)
