"""The attacks on test authors; what is found is kept, numbers only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rich.progress import Progress

from bench.attacks import canary, exposing, inverting, judging, poison, poisoning
from bench.attacks.cohort import NORM, strategy, texts_of
from bench.attacks.exposing import Exposures
from bench.attacks.inverting import Inverted
from bench.attacks.poisoning import Poisoned
from bench.attacks.setting import (
    BAD,
    DEVICES,
    FEW,
    GROUPS,
    JUDGES,
    LITTLE,
    LITTLE_CHARS,
    NOISES,
    SEED,
    Texts,
)
from bench.author_study import OnStep, Study

Found = TypeVar("Found")

_ROUND = (
    SEED,
    DEVICES,
    FEW,
    LITTLE,
    LITTLE_CHARS,
    BAD,
    NORM,
    NOISES,
    strategy(),
    canary.CARRIERS,
    canary.EVERY_CHARS,
)


def exposures() -> Study[Texts, Exposures]:
    """Of canaries."""
    steps = DEVICES + len(NOISES) + 6
    return _study("attacks-canary", exposing.expose, Exposures, steps, (GROUPS, exposing.ROUNDS))


def inversions() -> Study[Texts, Inverted]:
    """From what is seen to texts."""
    steps = DEVICES + inverting.VICTIMS * (2 + inverting.BEGINNINGS)
    ways = (
        inverting.VICTIMS,
        inverting.CANDIDATES,
        inverting.CANDIDATE_CHARS,
        inverting.BEGINNINGS,
        inverting.GUESSED,
        inverting.KNOWN,
        inverting.BREADTH,
    )
    return _study("attacks-inversion", inverting.invert, Inverted, steps, ways)


def poisonings() -> Study[Texts, Poisoned]:
    """Of rounds."""
    steps = DEVICES + 2 * BAD + 1 + 3 * len(poison.ARMS)
    ways = (
        JUDGES,
        judging.RECALLED,
        judging.CHARS,
        judging.TEXTS,
        judging.CONTEXT,
        poison.ARMS,
        poison.LONG,
        poison.STEP,
        poison.TRIGGER,
        poison.WANTED,
    )
    return _study("attacks-poison", poisoning.spoil, Poisoned, steps, ways)


def found(study: Study[Texts, Found], progress: Progress) -> Found:
    """Raises what the study's process raises."""
    [one] = study.run({"everybody": texts_of(DEVICES, "test")}, progress)
    return one


def _study(
    name: str,
    work: Callable[[Texts, OnStep], Found],
    kind: type[Found],
    steps: int,
    ways: tuple[object, ...],
) -> Study[Texts, Found]:
    return Study(name=name, work=work, kind=kind, steps=steps, ways=(*_ROUND, *ways))
