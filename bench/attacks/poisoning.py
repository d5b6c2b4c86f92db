"""What comes of a round with bad devices in it, under every defence."""

from __future__ import annotations

import msgspec

from bench.attacks import poison
from bench.attacks.judging import Judged, obeys
from bench.attacks.setting import BAD, PATIENT_STEPS, SEED, Setting, Texts
from bench.author_study import OnStep
from federation.layout import Vector
from federation.strategies.strategy import State

NOBODY, FLIPPED, BACKDOORED, REVERSED = "nobody", "label-flipped", "backdoored", "reversed"
KINDS = (FLIPPED, BACKDOORED, REVERSED)


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
    none = devices.after(devices.hold_round(good)[0].mean)
    versions = [_spoiled(bench, NOBODY, "clipped, one sum", none, is_cued=True)]
    for kind in KINDS:
        bad = {one: _learned(bench, honest, kind, is_changed=one) for one in (False, True)}
        for arm in poison.ARMS:
            state, length = poison.Round(devices, bad[arm.is_changed], good).version(arm)
            found = _spoiled(bench, kind, arm.name, state, is_cued=kind == BACKDOORED)
            versions.append(msgspec.structs.replace(found, length=length))
    return Poisoned(before=bench.gates.judge(devices.state.tensors), versions=versions)


def _learned(
    bench: Setting, honest: dict[str, Vector], kind: str, *, is_changed: bool
) -> dict[str, Vector]:
    """What the bad devices would send, before it is made shorter or longer. Those with a backdoor
    and a program of their own work together: one of them learns, for as long as it takes."""
    bad = bench.who[:BAD]
    if kind == FLIPPED:
        return {one.name: bench.devices.update(poison.flipped(one.texts, SEED)) for one in bad}
    if kind == REVERSED:
        return {one.name: -honest[one.name] for one in bad}
    if not is_changed:
        return {one.name: bench.devices.update(poison.backdoored(one.texts)) for one in bad}
    update = bench.devices.update(poison.backdoored(bad[0].texts), steps=PATIENT_STEPS)
    return {one.name: update for one in bad}


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
