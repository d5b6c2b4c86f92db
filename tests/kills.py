"""A daemon that is killed while it learns, and started again, and looked through each time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from unittest import mock

import psutil

from plm_engine.base.installed import InstalledBase
from tests.aftermath import (
    Damage,
    files_in,
    integrity_damage,
    is_over,
    learning_process,
    processes_of,
    take_inventory,
    version_damage,
)
from tests.daemon_client import Client, Json
from tests.daemon_process import DaemonProcess, running_daemon
from tests.tiny_daemon import cache_of, next_status, vowels, write

SITE = "letters.example"
LETTERS = 16
"""Of a text."""
NEW = 8
"""Texts that are written once a version is in use that knows all others."""
PATIENCE_S = 60
"""So long a learning process may outlive its daemon before it counts as left over."""

BEGINNING, JUDGING, KEEPING, OVER = "beginning", "judging", "keeping", "over"
STAGES = (BEGINNING, "learning", "fusing", JUDGING, KEEPING)
"""Of a course, in their order; at first torch is loaded."""


class Victim(StrEnum):
    """Who is killed."""

    DAEMON = "the daemon"
    WORKER = "the learning process"
    BOTH = "both at once"


@dataclass(frozen=True, slots=True)
class Moment:
    """When: so many seconds after a course came to a stage."""

    seconds: float
    since: str = BEGINNING


@dataclass(frozen=True, slots=True)
class Kill:
    """What happened, and what came of it."""

    victim: Victim
    stage: str
    outlived_s: float
    """So long the learning process ran on."""
    is_newer: bool
    """Whether the version in use came of the very course that was killed."""
    damage: Damage


@dataclass(frozen=True, slots=True)
class Durations:
    """Of a course that nobody disturbs."""

    course_s: float
    keeping_s: float
    """Of what comes after the learning process was done."""


class Household:
    """A data folder, and the daemon that is started on it again and again."""

    def __init__(self, folder: Path, base: InstalledBase) -> None:
        self._folder, self._base = folder, base
        self._life = contextlib.ExitStack()
        self._daemon = self._started()
        self._texts: set[str] = set()
        self._files = self._all_files()
        self._known = take_inventory(self._daemon.data_dir)
        self._is_all_learned = True

    @classmethod
    @contextlib.contextmanager
    def at(cls, folder: Path, base: InstalledBase) -> Iterator[Household]:
        """With a daemon that has learned nothing yet."""
        scratch = folder / "scratch"
        scratch.mkdir()
        with mock.patch.dict(os.environ, TMPDIR=str(scratch)):
            household = cls(folder, base)
            try:
                yield household
            finally:
                household._life.close()

    async def learn_in_peace(self, texts: int) -> Durations:
        """A version from so many new texts, so that there is something to lose."""
        async with self._daemon.cli() as cli:
            await self._write(cli, texts)
            began = time.monotonic()
            await cli.ask("learn_now")
            await self._learned(cli)
            learned = time.monotonic()
            await _stage_when(cli, _never)
            ended = time.monotonic()
        self._take_note()
        return Durations(ended - began, ended - learned)

    async def kill(self, victim: Victim, moment: Moment) -> Kill | None:
        """Begin a course, kill, start again, look; None if course or victim had ended by then."""
        async with self._daemon.cli() as cli:
            if self._is_all_learned:
                await self._write(cli, NEW)
            stage, worker = await self._reached(cli, moment)
            if stage == OVER or (worker is None and victim is Victim.WORKER):
                self._start_again()
                self._take_note()
                return None
            outlived = await self._strike(victim, worker, cli)
        orphans, files = self._orphans(), self._all_files()
        self._start_again()
        damage = self._damage(files | self._all_files(), orphans)
        who = Victim.DAEMON if worker is None else victim
        return Kill(who, stage, outlived, self._take_note(), damage)

    async def _reached(self, cli: Client, moment: Moment) -> tuple[str, psutil.Process | None]:
        """Begin a course and let it go on until then; how far it is, and who learns."""
        await cli.ask("learn_now")
        stage = await self._came_to(cli, moment.since)
        stage = await _stage_after(cli, moment.seconds, stage)
        # To look for it takes longer than to keep a version.
        worker = None if moment.since == KEEPING else self._worker()
        if worker is None and stage == JUDGING:
            stage = KEEPING
        return stage, worker

    async def _came_to(self, cli: Client, stage: str) -> str:
        """Wait until a course that has begun is so far, or over; its stage."""
        if stage == BEGINNING:
            return BEGINNING
        if stage == KEEPING:
            return await self._learned(cli)
        return await _stage_when(cli, lambda course: bool(course["stage"] == stage))

    async def _learned(self, cli: Client) -> str:
        """Wait until the learning process is done; what is left then is to keep the version."""
        stage = await _stage_when(cli, _is_judged)
        worker = self._worker()
        while worker and not is_over(worker):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)
        return stage

    def _worker(self) -> psutil.Process | None:
        return learning_process(self._daemon.process.pid)

    async def _strike(self, victim: Victim, worker: psutil.Process | None, cli: Client) -> float:
        """Kill; returns for how long the learning process ran on."""
        if victim is not Victim.WORKER:
            self._daemon.process.kill()
        if worker and victim is not Victim.DAEMON:
            worker.kill()
        struck = time.monotonic()
        if worker and victim is Victim.WORKER:
            await _stage_when(cli, _never)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while worker and not is_over(worker):  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.02)
        return time.monotonic() - struck if worker else 0.0

    def _orphans(self) -> list[int]:
        """Learning processes without a daemon that waits for them; they are ended here."""
        daemon = self._daemon.process
        others = [one for one in processes_of(self._daemon.data_dir) if one.pid != daemon.pid]
        for process in others:
            process.kill()
        return [process.pid for process in others]

    def _damage(self, files: set[Path], processes: list[int]) -> Damage:
        """All that is not as it was before, except what a course may add."""
        data_dir = self._daemon.data_dir
        return Damage(
            versions=version_damage(self._known, data_dir, self._base),
            texts=sorted(self._texts ^ take_inventory(data_dir).texts),
            files=sorted(map(str, files - self._files)),
            processes=processes,
            integrity=integrity_damage(data_dir),
        )

    def _take_note(self) -> bool:
        """Of what is there by now; whether another version is in use than before."""
        before, self._known = self._known, take_inventory(self._daemon.data_dir)
        self._is_all_learned = self._known.in_use != before.in_use
        return self._is_all_learned

    async def _write(self, cli: Client, count: int) -> None:
        first = len(self._texts)
        texts = [vowels(number, LETTERS) for number in range(first, first + count)]
        await write(cli, SITE, texts)
        self._texts |= set(texts)
        self._is_all_learned = False

    def _all_files(self) -> set[Path]:
        """Of the user, of the daemon, and temporary ones."""
        return files_in([self._folder, cache_of(self._base)])

    def _start_again(self) -> None:
        self._life.close()
        self._daemon = self._started()

    def _started(self) -> DaemonProcess:
        cache = cache_of(self._base)
        return self._life.enter_context(running_daemon(self._folder, cache))


async def _stage_after(cli: Client, seconds: float, stage: str) -> str:
    """Let a course that is so far go on for so long; the stage that it has come to."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while stage != OVER:
                stage = await _stage_when(cli, _at_once)
    return stage


async def _stage_when(cli: Client, arrived: Callable[[Json], bool]) -> str:
    """Wait until a course is so far, or over; its stage."""
    while course := (await next_status(cli))["course"]:
        if arrived(course):
            return str(course["stage"])
    return OVER


def _is_judged(course: Json) -> bool:
    return bool(course["stage"] == JUDGING and course["fraction"] == 1.0)


def _at_once(_course: Json) -> bool:
    return True


def _never(_course: Json) -> bool:
    return False
