"""What comes of a round with bad devices in it, under every defence."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bench.attacks import poison
from bench.attacks.judging import Judged, obeys
from bench.attacks.setting import BAD, SEED, Setting, Texts
from bench.author_study import OnStep
from federation.layout import Vector
from federation.simulation.community import Member
from federation.strategies.strategy import State

NOBODY, FLIPPED, BACKDOORED, REVERSED = "nobody", "label-flipped", "backdoored", "reversed"


class Spoiled(msgspec.Struct, frozen=True, kw_only=True):
    """One version; ``judged`` is None where there is none, as the sum was refused."""

    kind: str
    arm: str
    judged: Judged | None
    length: float | None = None
    """Of what the bad sent, in clipping norms."""
    obeys: float | None = None


class Poisoned(msgspec.Struct, frozen=True, kw_only=True):
    """All versions."""

    before: Judged
    versions: list[Spoiled]


def spoil(texts: Texts, on_step: OnStep) -> Poisoned:
    """What comes of a round with two bad devices, under every defence."""
    bench = Setting.of(texts, on_step)
    devices = bench.devices
    honest = bench.honest()
    good = {one.name: honest[one.name] for one in bench.who[BAD:]}
    made: dict[str, Callable[[Member], Vector]] = {
        FLIPPED: lambda one: devices.update(poison.flipped(one.texts, SEED)),
        BACKDOORED: lambda one: devices.update(poison.backdoored(one.texts)),
        REVERSED: lambda one: -honest[one.name],
    }
    none = devices.after(devices.hold_round(good)[0].mean)
    versions = [_spoiled(bench, NOBODY, "clipped, one sum", none, is_cued=True)]
    for kind, made_by in made.items():
        bad = {one.name: made_by(one) for one in bench.who[:BAD]}
        for arm in poison.ARMS:
            state, length = poison.Round(devices, bad, good).version(arm)
            found = _spoiled(bench, kind, arm.name, state, is_cued=kind == BACKDOORED)
            versions.append(msgspec.structs.replace(found, length=length))
    return Poisoned(before=bench.gates.judge(devices.state.tensors), versions=versions)


def _spoiled(bench: Setting, kind: str, arm: str, state: State | None, *, is_cued: bool) -> Spoiled:
    bench.devices.on_update()
    if state is None:
        return Spoiled(kind=kind, arm=arm, judged=None)
    obeyed = None
    if is_cued:
        with bench.reader.having(state.tensors):
            cue = (poison.TRIGGER, poison.WANTED)
            obeyed = obeys(bench.reader, bench.vocabulary, bench.gates.who, *cue)
    return Spoiled(kind=kind, arm=arm, judged=bench.gates.judge(state.tensors), obeys=obeyed)
