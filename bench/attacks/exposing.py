"""How much of what devices planted the shared adapter tells."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import nullcontext

import msgspec
import numpy as np

from bench.attacks import canary
from bench.attacks.canary import Canary
from bench.attacks.setting import (
    DEVICES,
    FEW,
    GROUPS,
    NOISES,
    PATIENT_STEPS,
    SEED,
    Setting,
    Texts,
    with_canaries,
)
from bench.author_study import OnStep
from federation.layout import Vector
from federation.strategies.strategy import State
from plm_engine.learning import recipes
from plm_engine.learning.job import Text

ROUNDS = 10
PATIENT = (5, 6)
"""Devices whose users wrote little."""


class Exposed(msgspec.Struct, frozen=True, kw_only=True):
    """Bits of exposure of each canary under one version."""

    name: str
    alone: list[float]
    some: list[float] = []
    everybody: list[float] = []
    public: float | None = None
    """Bits per character of public text."""


class Exposures(msgspec.Struct, frozen=True, kw_only=True):
    """All versions."""

    versions: list[Exposed]
    norms: list[float]
    """Of the updates, before they are clipped."""
    plantings: float
    """Of each sentence, that a device learned in the round, on average."""


def expose(texts: Texts, on_step: OnStep) -> Exposures:
    """Exposure of canaries under many versions of one round's updates."""
    bench = Setting.of(texts, on_step)
    chosen = canary.canaries(DEVICES, FEW, SEED)
    updates = bench.honest()
    plantings = [
        _plantings(bench, with_canaries(member, place, chosen), chosen)
        for place, member in enumerate(bench.who)
    ]
    versions = [
        _exposed(bench, name, state, chosen) for name, state in _canary_versions(bench, updates)
    ]
    versions.insert(1, _own_update(bench, list(updates.values()), chosen))
    versions.insert(2, _patient(bench, chosen))
    norms = [float(np.linalg.norm(one)) for one in updates.values()]
    return Exposures(versions=versions, norms=norms, plantings=float(np.mean(plantings)))


def _canary_versions(
    bench: Setting, updates: dict[str, Vector]
) -> Iterator[tuple[str, State | None]]:
    devices = bench.devices
    yield "base model", None
    yield "mean, not clipped", devices.after(np.mean(list(updates.values()), axis=0))
    clipped = devices.hold_round(updates)[0].mean
    yield "clipped (as it comes)", devices.after(clipped)
    yield f"clipped, {ROUNDS} rounds alike", devices.after(clipped, ROUNDS)
    yield (
        f"clipped, median of {GROUPS} groups",
        devices.after(devices.hold_round(updates, GROUPS)[0].mean),
    )
    for noise in NOISES:
        mean = devices.hold_round(updates, noise=noise)[0].mean
        yield f"clipped, noise {noise:g}", devices.after(mean)


def _exposed(bench: Setting, name: str, state: State | None, chosen: Sequence[Canary]) -> Exposed:
    start = bench.devices.state if state is None else state
    with nullcontext() if state is None else bench.reader.having(state.tensors):
        found = {one: canary.exposure_of(one, bench.reader, bench.vocabulary) for one in chosen}
    exposed = Exposed(
        name=name,
        alone=[bits for one, bits in found.items() if len(one.owners) == 1],
        some=[bits for one, bits in found.items() if len(one.owners) == FEW],
        everybody=[bits for one, bits in found.items() if len(one.owners) == DEVICES],
        public=bench.gates.public(start.tensors),
    )
    bench.devices.on_update()
    return exposed


def _own_update(bench: Setting, updates: Sequence[Vector], chosen: Sequence[Canary]) -> Exposed:
    """Each device's own canary under its own update: what masks keep from everybody."""
    alone = []
    for one in (one for one in chosen if len(one.owners) == 1):
        update = bench.devices.layout.shaped(updates[one.owners[0]])
        with bench.reader.having({**bench.devices.state.tensors, **update}):
            alone.append(canary.exposure_of(one, bench.reader, bench.vocabulary))
    bench.devices.on_update()
    return Exposed(name="one device's update, in the clear", alone=alone)


def _patient(bench: Setting, chosen: Sequence[Canary]) -> Exposed:
    """Devices that learn for much longer than PLM lets them, each by itself: could this study see
    it, if a secret were learned by heart?"""
    found: dict[int, list[float]] = {1: [], FEW: [], DEVICES: []}
    for place in PATIENT:
        texts = with_canaries(bench.who[place], place, chosen)
        update = bench.devices.update(texts, steps=PATIENT_STEPS)
        with bench.reader.having(
            {**bench.devices.state.tensors, **bench.devices.layout.shaped(update)}
        ):
            for one in (one for one in chosen if place in one.owners):
                bits = canary.exposure_of(one, bench.reader, bench.vocabulary)
                found[len(one.owners)].append(bits)
    return Exposed(
        name=f"what one device learned in {PATIENT_STEPS} steps alone, in the clear",
        alone=found[1],
        some=found[FEW],
        everybody=found[DEVICES],
    )


def _plantings(bench: Setting, learned: Sequence[Text], chosen: Sequence[Canary]) -> float:
    """How often a device learns each of its sentences in one round, on average."""
    sentences = {one.sentence for one in chosen}
    planted = [one.text for one in learned if one.text in sentences]
    tokens = sum(1 + len(bench.vocabulary.encode(one.text).ids) for one in learned)
    windows = math.ceil((tokens - 1) / (recipes.WINDOW - 1))
    local = bench.devices.strategy.local
    read = local.steps * min(local.batch, windows)
    return len(planted) / len(set(planted)) * read / windows
