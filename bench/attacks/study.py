"""The attacks on test authors; what is found is kept, numbers only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rich.progress import Progress

from bench.attacks import canary, exposing, inverting, judging, poison, poisoning
from bench.attacks.cohort import NORM, strategy
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
    PATIENT_STEPS,
    SEED,
    Texts,
)
from bench.author_study import OnStep, Study
from bench.study_data import texts_of
from federation.simulation.community import LEAST_TEXTS

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
    steps = DEVICES + len(exposing.PATIENT) + len(NOISES) + 6
    ways = (GROUPS, exposing.ROUNDS, exposing.PATIENT, PATIENT_STEPS)
    return _study("attacks-canary", exposing.expose, Exposures, steps, ways)


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
    learned = 3 * BAD + 1
    steps = DEVICES + learned + 1 + len(poisoning.KINDS) * len(poison.ARMS)
    ways = (
        PATIENT_STEPS,
        poisoning.KINDS,
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
    [one] = study.run({"everybody": texts_of(DEVICES, "test", LEAST_TEXTS)}, progress)
    return one


def _study(
    name: str,
    work: Callable[[Texts, OnStep], Found],
    kind: type[Found],
    steps: int,
    ways: tuple[object, ...],
) -> Study[Texts, Found]:
    return Study(name=name, work=work, kind=kind, steps=steps, ways=(*_ROUND, *ways))
