"""What was found, as a table and a plot."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from rich.progress import Progress

from bench.personalisation.author import (
    ADAPTER,
    ALL,
    BASE,
    BEFORE,
    BOTH,
    MEMORY,
    PROMPT,
    STAGES,
    Decision,
    Findings,
    Row,
)
from bench.personalisation.study import measure
from plm_engine.evaluation.plots import Axis, Line, curves

PLOT = Path(__file__).parents[2] / "docs" / "images" / "learning-by-texts.svg"
_PARTS = (MEMORY, PROMPT, ADAPTER, BOTH, ALL)
_DRAWN = (MEMORY, PROMPT, ADAPTER, ALL)
_CHARS_A_WORD = 5.7
"""In English, the space included: so perplexities do not depend on how words are cut."""

_COSTS: dict[str, Callable[[Decision], float]] = {
    PROMPT: lambda one: one.prompt_s,
    ADAPTER: lambda one: one.adapter_s,
    ALL: lambda one: one.prompt_s + one.adapter_s + one.judged_s,
}

Figure = Callable[[Row], float]


def report(progress: Progress) -> str:
    """Measure, draw, and return the tables."""
    findings = measure(progress)
    PLOT.write_text(plot(findings), "utf-8")
    return "\n\n".join((gains(findings), decisions(findings)))


def bits_per_char(row: Row) -> float:
    """Of the reported texts."""
    return row.nats / math.log(2) / row.chars


def perplexity(row: Row) -> float:
    """Of a word of average length."""
    return float(2 ** (bits_per_char(row) * _CHARS_A_WORD))


def top_1(row: Row) -> float:
    """Words that were guessed before their first letter."""
    return row.words_right / row.words_asked


def gains(findings: Sequence[Findings]) -> str:
    """Each part after each stage: means over authors, every author the same."""
    lines = [
        "| after | | bits per character | perplexity of a word | first word right "
        "| keystrokes saved | CPU-seconds |",
        "|---:|---|---:|---:|---:|---:|---:|",
        _line("", BASE, findings, 0),
    ]
    for stage in STAGES:
        lines += [_line(f"{stage} texts", name, findings, stage) for name in _PARTS]
    return "\n".join(lines)


def decisions(findings: Sequence[Findings]) -> str:
    """What the gate did, and whether it was right on texts that it had not seen."""
    lines = [
        "| after | versions kept | bits, against the version before: mean | best author "
        "| worst author | authors for whom it is worse |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for stage in STAGES:
        changes = [_change(one, stage) for one in findings]
        kept = sum(decision.kept for decision in _decisions(findings, stage))
        worse = sum(change > 0 for change in changes)
        lines.append(
            f"| {stage} texts | {kept} of {len(findings)} | {fmean(changes) * 100:+.1f} % "
            f"| {min(changes) * 100:+.1f} % | {max(changes) * 100:+.1f} % "
            f"| {worse} of {len(findings)} |"
        )
    return "\n".join(lines)


def plot(findings: Sequence[Findings]) -> str:
    """How surprise falls with the number of texts."""
    lines = [
        Line(
            label=name.removeprefix("+ ").capitalize(),
            colour=colour,
            has_dots=True,
            points=[
                (0, _mean(findings, BASE, 0, bits_per_char)),
                *((stage, _mean(findings, name, stage, bits_per_char)) for stage in STAGES),
            ],
        )
        for colour, name in enumerate(_DRAWN)
    ]
    x = Axis(label="texts written before", from_zero=True)
    return curves("Bits per character by texts written", lines, x, Axis(label="bits per character"))


def _line(after: str, name: str, findings: Sequence[Findings], stage: int) -> str:
    bits, word, saved = (
        _mean(findings, name, stage, figure)
        for figure in (bits_per_char, top_1, lambda row: row.keystrokes_saved)
    )
    per_word = _mean(findings, name, stage, perplexity)
    return (
        f"| {after} | {name} | {bits:.3f} | {per_word:.0f} | {word * 100:.1f} % "
        f"| {saved * 100:.1f} % | {_cost(findings, name, stage)} |"
    )


def _mean(findings: Sequence[Findings], name: str, stage: int, figure: Figure) -> float:
    return fmean(figure(_row(one, name, stage)) for one in findings)


def _row(one: Findings, name: str, stage: int) -> Row:
    return next(row for row in one.rows if (row.name, row.stage) == (name, stage))


def _cost(findings: Sequence[Findings], name: str, stage: int) -> str:
    """Of learning it; of everything: with fusing and judging."""
    if name not in _COSTS:
        return ""
    return f"{fmean(_COSTS[name](decision) for decision in _decisions(findings, stage)):.0f}"


def _decisions(findings: Sequence[Findings], stage: int) -> list[Decision]:
    return [one for author in findings for one in author.decisions if one.stage == stage]


def _change(one: Findings, stage: int) -> float:
    return bits_per_char(_row(one, ALL, stage)) / bits_per_char(_row(one, BEFORE, stage)) - 1
