"""What was found, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev

from rich.progress import Progress

from bench.attacks import study
from bench.attacks.canary import CHANCE
from bench.attacks.exposing import PATIENT, Exposed, Exposures
from bench.attacks.inverting import BREADTH, Inverted
from bench.attacks.judging import Judged, harmed, is_published, kept
from bench.attacks.poisoning import Poisoned, Spoiled
from bench.attacks.setting import DEVICES, FEW, JUDGES, PATIENT_STEPS


def canary(progress: Progress) -> str:
    """Measure, and return the table."""
    return exposure(study.found(study.exposures(), progress))


def inversion(progress: Progress) -> str:
    """Measure, and return the table."""
    return inverted(study.found(study.inversions(), progress))


def poison(progress: Progress) -> str:
    """Measure, and return the table."""
    return poisoned(study.found(study.poisonings(), progress))


def exposure(found: Exposures) -> str:
    """Bits by how many devices planted, and by version."""
    lines = [
        f"| the attacker has | 1 device | {FEW} devices | {DEVICES} devices "
        "| 1 device, against the base | public text, bits a character |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    base = found.versions[0]
    for one in found.versions:
        public = "" if one.public is None else f"{one.public:.3f}"
        cells = [_spread(one.alone), _mean(one.some), _mean(one.everybody), _gain(one, base)]
        lines.append(f"| {one.name} | {' | '.join(cells)} | {public} |")
    sentences = len(base.alone), len(base.some), len(base.everybody)
    below = (
        f"Bits of exposure, means over {sentences[0]}, {sentences[1]} and {sentences[2]} canaries. "
        f"A code that nobody planted has {CHANCE:.2f} on average, the most is "
        f"{math.log2(1_000):.2f}. ± is the standard error. In the round a device learned each of "
        f"its sentences {found.plantings:.0f} times on average. Before clipping, "
        f"updates were {min(found.norms):.1f} to {max(found.norms):.1f} long. The row of "
        f"{PATIENT_STEPS} steps is of {len(PATIENT)} devices, each with what it learned itself."
    )
    return "\n".join([*lines, "", below])


def inverted(found: Inverted) -> str:
    """By what is seen."""
    lines = [
        f"| what is seen | learned from or not (AUC) | next token among {BREADTH} |",
        "|---|---:|---:|",
    ]
    seen = list(dict.fromkeys([*found.guessed, *found.aucs]))
    for name in seen:
        ranked = _spread(found.aucs[name]) if name in found.aucs else ""
        guessed = _share(found.guessed[name]) if name in found.guessed else ""
        lines.append(f"| {name} | {ranked} | {guessed} |")
    lines.append(f"| *nothing: chance* | 0.50 | {100 / BREADTH:.0f} % |")
    lines.append(f"| *nothing: what the model finds likeliest* | | {_share(found.likeliest)} |")
    return "\n".join(lines)


def poisoned(found: Poisoned) -> str:
    """By attack and defence."""
    lines = [
        "| attack | how it is sent and summed | norms | honest authors, bits a character "
        "| public text | trigger obeyed | published | devices that use it | that report harm |",
        "|---|---|---:|---:|---:|---:|---|---:|---:|",
        _version(Spoiled(kind="*before the round*", arm="", judged=found.before), found.before),
    ]
    for one in found.versions:
        lines.append(_version(one, found.before))
    return "\n".join(lines)


def _version(one: Spoiled, before: Judged) -> str:
    cells = [one.kind, one.arm, "" if one.length is None else f"{one.length:.3g}"]
    after = one.judged
    if after is None:
        return f"| {' | '.join(cells)} | | | | no: the sum is refused | | |"
    cells += [f"{fmean(after.own):.3f}", f"{after.public:.3f}"]
    cells.append("" if one.obeys is None else f"{one.obeys * 100:.0f} %")
    if after is before:
        return f"| {' | '.join([*cells, '', '', ''])} |"
    cells.append("yes" if is_published(before, after) else "no: public text")
    cells += [f"{count} of {JUDGES}" for count in (kept(before, after), harmed(before, after))]
    return f"| {' | '.join(cells)} |"


def _spread(values: Sequence[float]) -> str:
    if len(values) < 2:
        return _mean(values)
    return f"{fmean(values):.2f} ± {stdev(values) / math.sqrt(len(values)):.2f}"


def _mean(values: Sequence[float]) -> str:
    return f"{fmean(values):.2f}" if values else ""


def _share(values: Sequence[float]) -> str:
    return f"{fmean(values) * 100:.0f} %"


def _gain(one: Exposed, base: Exposed) -> str:
    """Of the same canaries: what differs is the version alone."""
    if one is base or len(one.alone) != len(base.alone):
        return ""
    return _spread([after - before for after, before in zip(one.alone, base.alone, strict=True)])
