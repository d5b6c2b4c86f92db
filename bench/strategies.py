"""What a community is worth to its members, and to newcomers, by strategy.

``python -m bench strategies``
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import msgspec
from rich.progress import Progress

from bench.author_study import OnStep, Study
from bench.study_data import texts_of
from daemon import paths
from federation.simulation import kept
from federation.simulation.community import LEAST_TEXTS, Author, members
from federation.simulation.judged import Judged, Jury, mean, own_adapters
from federation.simulation.simulated import Plan, simulate
from federation.strategies import STRATEGIES
from federation.strategies.strategy import State
from plm_engine.adapters.learned import Learned
from plm_engine.base import ensure_base
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.authors import fingerprint
from plm_engine.learning.improving import Improver

MEMBERS, NEWCOMERS = 16, 8
ALONE = 6
"""Members of whom it is also asked what they gain by themselves: that costs most."""
ROUNDS, COHORT = 5, 8

Texts = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A strategy, and the authors' texts in the order of time."""

    strategy: str
    members: Texts
    newcomers: Texts


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What it came to."""

    cpu_s: float
    """Of one thread, for one update."""
    members: list[Judged]
    alone: list[Judged]
    """The first members, with what they learned by themselves as well."""
    newcomers: list[Judged]


def report(progress: Progress) -> str:
    """Measure, and return the tables."""
    authors = iter(texts_of(MEMBERS + NEWCOMERS, "test", LEAST_TEXTS).items())
    who, newcomers = dict(islice(authors, MEMBERS)), dict(authors)
    # By all that it is, so that one more strategy does not have the others measured again.
    asked = {repr(one): Asked(name, who, newcomers) for name, one in STRATEGIES.items()}
    return table(dict(zip(STRATEGIES, study().run(asked, progress), strict=True)))


def study() -> Study[Asked, Brought]:
    """Each strategy with the same authors, rounds, cohorts and seeds."""
    return Study(
        name="strategies",
        work=bring,
        steps=ROUNDS * COHORT + 1 + 2 * ALONE + MEMBERS + NEWCOMERS,
        kind=Brought,
        ways=(MEMBERS, NEWCOMERS, ALONE, ROUNDS, COHORT),
    )


def bring(asked: Asked, on_step: OnStep) -> Brought:
    """Hold the rounds; then read what nobody learned from."""
    base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    plan = Plan(strategy=STRATEGIES[asked.strategy], rounds=ROUNDS, cohort=COHORT)
    who = members(asked.members)
    state, cpu_s = _after_rounds(base, who, plan, on_step)
    own = own_adapters(base, who[:ALONE], lambda _share: on_step())
    jury = Jury(CompletionEngine.open(base, threads=1), base, plan.strategy)

    def judged(some: Sequence[Author], own: Mapping[str, Learned]) -> list[Judged]:
        found = []
        for one in some:
            verdict = jury.judge(one, state.tensors, own.get(one.name))
            found.append(replace(verdict, name=fingerprint(one.name)))
            on_step()
        return found

    newcomers = [replace(one, texts=()) for one in members(asked.newcomers)]
    return Brought(
        cpu_s=cpu_s,
        members=judged(who, {}),
        alone=judged(who[:ALONE], own),
        newcomers=judged(newcomers, {}),
    )


def _after_rounds(
    base: InstalledBase, who: Sequence[Author], plan: Plan, on_step: OnStep
) -> tuple[State, float]:
    """The last version, and how many seconds an update took."""
    file = _kept_in(f"{study().folder.name}-{fingerprint(repr(plan.strategy))}")
    start, begun = kept.beginning(plan, base.config, file), time.process_time()
    state = start.state
    for done in simulate(Improver(base), who, plan, start, lambda _share: on_step()):
        kept.keep(done, plan, file)
        state = done.state
    updates = (ROUNDS - start.rounds) * COHORT
    return state, (time.process_time() - begun) / max(1, updates)


def _kept_in(name: str) -> Path:
    """Outside of the project: a version tells a little of texts."""
    folder = paths.cache_dir() / "bench-strategies"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / name


def table(found: Mapping[str, Brought]) -> str:
    """With the community's adapter alone, and together with an own one."""
    lines = [
        "| strategy | CPU-seconds an update | members: base | community | better for "
        "| newcomers: base | community | better for |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, one in found.items():
        cells = [_shared(one.members), _shared(one.newcomers)]
        lines.append(f"| {name} | {one.cpu_s:.0f} | {' | '.join(cells)} |")
    lines += [
        "",
        "| strategy | base | community | own | fused | fused, against own | better for |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [f"| {name} | {_fused(one.alone)} |" for name, one in found.items()]
    return "\n".join(lines)


def _shared(judged: Sequence[Judged]) -> str:
    means = mean(judged)
    better = sum(one.shared < one.base for one in judged)
    after = f"{means['shared']:.3f} ({_change(means['base'], means['shared'])})"
    return f"{means['base']:.3f} | {after} | {better} of {len(judged)}"


def _fused(judged: Sequence[Judged]) -> str:
    means = mean(judged)
    better = sum((one.fused or 0) < (one.own or 0) for one in judged)
    bits = " | ".join(f"{means[name]:.3f}" for name in ("base", "shared", "own", "fused"))
    return f"{bits} | {_change(means['own'], means['fused'])} | {better} of {len(judged)}"


def _change(before: float, after: float) -> str:
    return f"{100 * (after / before - 1):+.1f} %"
