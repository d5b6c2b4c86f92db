"""``kill -9`` at random moments of learning: what is in use afterwards, lost, or left over.

``python -m bench kills``
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress

from tests.kills import KEEPING, STAGES, Durations, Household, Kill, Moment, Victim
from tests.tiny_daemon import tiny_default_base

KILLS = 100
"""At moments spread evenly over a course."""
WHILE_KEPT = 12
"""Besides, of the daemon while it stores the version: that takes but an instant."""
TEXTS = 80
"""So many that a version is judged on as many as it ever will be: courses are equally long."""
NEW = 8
MEASURED_EVERY = 20
"""Kills; a course takes longer when the machine is busy, and what is random must know how long."""


def measure(progress: Progress) -> list[Kill]:
    """A real daemon with the tiny model, killed again and again on one and the same store."""
    return asyncio.run(_measure(progress))


async def _measure(progress: Progress) -> list[Kill]:
    dice = random.Random("kills")
    bar = progress.add_task("kills", total=KILLS + WHILE_KEPT)
    kills: list[Kill] = []
    with _household() as household:
        usual = await household.learn_in_peace(TEXTS)
        while len(kills) < KILLS + WHILE_KEPT:
            if len(kills) % MEASURED_EVERY == 0:
                usual = await household.learn_in_peace(NEW)
            victim, moment = _next(dice, usual, while_kept=len(kills) >= KILLS)
            if kill := await household.kill(victim, moment):
                kills.append(kill)
                progress.advance(bar)
            else:
                usual = await household.learn_in_peace(NEW)
    return kills


def _next(dice: random.Random, usual: Durations, *, while_kept: bool) -> tuple[Victim, Moment]:
    if while_kept:
        return Victim.DAEMON, Moment(dice.uniform(0, usual.keeping_s), since=KEEPING)
    return dice.choice(list(Victim)), Moment(dice.uniform(0, usual.course_s))


@contextmanager
def _household() -> Iterator[Household]:
    with tempfile.TemporaryDirectory() as name:
        model, home = Path(name) / "model", Path(name) / "home"
        model.mkdir()
        home.mkdir()
        with Household.at(home, tiny_default_base(model)) as household:
            yield household


def table(kills: Sequence[Kill]) -> str:
    """Markdown."""
    return "\n".join([*_when(kills), "", *_what_is_left(kills)])


def _when(kills: Sequence[Kill]) -> list[str]:
    rows = [
        f"| {victim} | {' | '.join(str(_count(kills, victim, stage)) for stage in STAGES)} |"
        for victim in Victim
    ]
    return [
        f"| killed while | {' | '.join(STAGES)} |",
        f"|---|{'---:|' * len(STAGES)}",
        *rows,
    ]


def _count(kills: Sequence[Kill], victim: Victim, stage: str) -> int:
    return sum(kill.victim is victim and kill.stage == stage for kill in kills)


def _what_is_left(kills: Sequence[Kill]) -> list[str]:
    outlived = [kill.outlived_s for kill in kills if kill.victim is Victim.DAEMON]
    rows = {
        "versions lost or broken": _sum(kills, lambda kill: kill.damage.versions),
        "texts lost": _sum(kills, lambda kill: kill.damage.texts),
        "files left over": _sum(kills, lambda kill: kill.damage.files),
        "processes left over": _sum(kills, lambda kill: kill.damage.processes),
        "failed integrity checks": _sum(kills, lambda kill: kill.damage.integrity),
        "a new version was in use already": str(sum(kill.is_newer for kill in kills)),
        "the learning process outlived its daemon by, at most": f"{max(outlived):.1f} s",
    }
    return [
        f"| after {len(kills)} kills | |",
        "|---|---:|",
        *(f"| {name} | {value} |" for name, value in rows.items()),
    ]


def _sum(kills: Sequence[Kill], found: Callable[[Kill], Sequence[object]]) -> str:
    return str(sum(len(found(kill)) for kill in kills))
