"""``plm simulate``: a federation of many authors on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
import msgspec
from rich.console import Console
from rich.table import Table

from daemon import paths
from daemon.cli.output import json_option, one_line_for, print_json
from daemon.cli.progress import stages
from federation.coordinator.round import SMALLEST_GROUP
from federation.privacy.accounting import DELTA, Participation, epsilon, in_words
from federation.secure_sum.parameters import default_threshold
from federation.strategies import DEFAULT, STRATEGIES
from federation.strategies.packing import StateError
from federation.strategies.strategy import State
from plm_engine.base import BaseModelError, ensure_base
from plm_engine.base.installed import InstalledBase
from plm_engine.evaluation.study import Split, StudyError, read_authors

if TYPE_CHECKING:  # they bring torch, which takes seconds to load
    from federation.simulation.community import Author
    from federation.simulation.judged import Judged
    from federation.simulation.simulated import Done, Plan

Report = Callable[[str, float], None]


@click.command(short_help="A federation of many authors on this machine.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--strategy", type=click.Choice(list(STRATEGIES)), default=DEFAULT, show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=10, show_default=True)
@click.option(
    "--cohort",
    type=click.IntRange(min=SMALLEST_GROUP),
    default=8,
    show_default=True,
    help="Devices a round.",
)
@click.option(
    "--groups",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Sum so many parts of a cohort apart and take the median of their means.",
)
@click.option(
    "--norm",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="Clipping norm of the first round; it follows the updates.",
)
@click.option(
    "--noise",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="Noise multiplier: the noise of the sum, in clipping norms.",
)
@click.option("--authors", type=click.IntRange(min=1), help="Only the first so many, by name.")
@click.option("--split", type=click.Choice(get_args(Split)), default="all", show_default=True)
@click.option("--own", is_flag=True, help="Also learn an adapter for each author alone, and fuse.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--keep",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the state in this file after every round; go on from it if it is there.",
)
@json_option
def command(
    file: Path,
    *,
    strategy: str,
    rounds: int,
    cohort: int,
    groups: int,
    norm: float,
    noise: float,
    authors: int | None,
    split: Split,
    own: bool,
    seed: int,
    keep: Path | None,
    as_json: bool,
) -> None:
    """Let the authors of FILE make one adapter better together, as their devices would.

    FILE holds JSON Lines with author, ts and text. Each author's newest texts are held out, and
    the result is judged on them. The base model, the training, the masks and the noise are the
    real ones; only the network is left out. Takes about half a minute a device and round.
    """
    from federation.simulation.community import members  # noqa: PLC0415
    from federation.simulation.simulated import Plan, SimulationError  # noqa: PLC0415

    with one_line_for(StudyError, BaseModelError, SimulationError, StateError), stages() as report:
        found = read_authors(file, split)
        texts = {name: [one.text for one in found[name]] for name in sorted(found)[:authors]}
        who = members(texts)
        plan = Plan(
            strategy=STRATEGIES[strategy],
            rounds=rounds,
            cohort=cohort,
            groups=groups,
            norm=norm,
            noise_multiplier=noise,
            seed=seed,
        )
        base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
        state, done = _run(base, who, plan, keep, report)
        judged = _judge(base, who, plan, state, own=own, report=report)
    numbers = _numbers(plan, done, judged)
    if as_json:
        print_json(numbers)
    else:
        _show(numbers)


def _run(
    base: InstalledBase, who: Sequence[Author], plan: Plan, keep: Path | None, report: Report
) -> tuple[State, list[Done]]:
    from federation.simulation import kept  # noqa: PLC0415
    from federation.simulation.simulated import begin, simulate  # noqa: PLC0415
    from plm_engine.learning.improving import Improver  # noqa: PLC0415

    start = kept.beginning(plan, base.config, keep) if keep else begin(plan, base.config)
    done: list[Done] = []
    for one in simulate(Improver(base), who, plan, start, lambda share: report("rounds", share)):
        done.append(one)
        if keep:
            kept.keep(one, plan, keep)
    return (done[-1].state if done else start.state), done


def _judge(
    base: InstalledBase,
    who: Sequence[Author],
    plan: Plan,
    state: State,
    *,
    own: bool,
    report: Report,
) -> list[Judged]:
    from federation.simulation.judged import Jury, own_adapters  # noqa: PLC0415
    from plm_engine.completion.engine import CompletionEngine  # noqa: PLC0415

    learned = own_adapters(base, who, lambda share: report("own adapters", share)) if own else {}
    jury = Jury(CompletionEngine.open(base), base, plan.strategy)
    judged = []
    for number, member in enumerate(who):
        report("judging", number / len(who))
        judged.append(jury.judge(member, state.tensors, learned.get(member.name)))
    return judged


def _numbers(plan: Plan, done: Sequence[Done], judged: Sequence[Judged]) -> dict[str, Any]:
    from federation.simulation.judged import mean  # noqa: PLC0415

    threshold = default_threshold(plan.cohort // plan.groups)
    spent = epsilon(
        [Participation(noise_multiplier=plan.noise_multiplier, threshold=threshold)] * len(done)
    )
    return {
        "strategy": plan.strategy.name,
        "rounds": [
            {
                "version": one.state.version,
                "devices": one.outcome.devices,
                "norm": one.norm,
                "within_norm": one.outcome.shares.within_norm,
                "groups_left_out": one.outcome.left_out,
            }
            for one in done
        ],
        "epsilon": spent if plan.noise_multiplier else None,
        "delta": DELTA,
        "bits_per_char": mean(judged),
        "authors": {one.name: msgspec.to_builtins(one) for one in judged},
    }


def _show(numbers: dict[str, Any]) -> None:
    table = Table(box=None)
    columns = list(numbers["bits_per_char"])
    table.add_column("bits a character")
    for column in columns:
        table.add_column(column, justify="right")
    for name, row in {**numbers["authors"], "mean": numbers["bits_per_char"]}.items():
        table.add_row(name, *(f"{row[column]:.3f}" for column in columns))
    console = Console()
    console.print(table)
    spent = numbers["epsilon"]
    promise = in_words(float("inf") if spent is None else spent)
    said = "" if spent is None else f"ε = {spent:.1f} at δ = {numbers['delta']:g} "
    console.print(f"What it tells of a device that was in every round: {said}({promise}).")
