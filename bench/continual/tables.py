"""What was gained and forgotten, a row a week."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from rich.progress import Progress

from bench.continual.author import Findings, Knowledge
from bench.continual.study import measure
from plm_engine.evaluation.surprise import Surprise
from plm_engine.learning.judging import MOST_GENERAL_LOSS


def report(progress: Progress) -> str:
    """Measure, and return a summary and a table for each author."""
    findings = measure(progress)
    blocks = [summary(findings)]
    for number, one in enumerate(findings, start=1):
        blocks += [f"*{_name(number, one)}*", week_by_week(one)]
    return "\n\n".join(blocks)


def summary(findings: Sequence[Findings]) -> str:
    """A row an author."""
    lines = [
        "| author | versions kept | unseen texts, at the end against the base "
        "| forgotten of weeks 1 to 7 | of week 1, learned | of week 1, unseen "
        "| general English at most | weeks beyond the limit |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for number, one in enumerate(findings, start=1):
        end = one.weeks[-1].knows
        gain = _change(_all(end, len(one.weeks)), _all(one.before, len(one.weeks)))
        general = [_change(week.knows.general, one.before.general) for week in one.weeks]
        beyond = sum(change > MOST_GENERAL_LOSS for change in general)
        shares = (gain, *forgotten(one), max(general))
        figures = " | ".join(f"{share * 100:+.1f} %" for share in shares)
        kept = sum(week.kept for week in one.weeks)
        lines.append(
            f"| {_name(number, one)} | {kept} of {len(one.weeks)} | {figures} | {beyond} |"
        )
    return "\n".join(lines)


def forgotten(one: Findings) -> tuple[float, float, float]:
    """How far bits at the end are above the least since a week was learned.

    Of unseen texts of every week but the last, the mean; of learned and of unseen ones of the
    first.
    """
    known = [week.knows for week in one.weeks]
    unseen = [
        _risen([after.unseen[week] for after in known[week:]]) for week in range(len(known) - 1)
    ]
    return fmean(unseen), _risen([after.learned for after in known]), unseen[0]


def week_by_week(one: Findings) -> str:
    """A row a week; texts of week 1 are the same in every row."""
    lines = [
        "| after week | kept | weight | week 1, learned | week 1, unseen | this week, unseen "
        "| all weeks so far, unseen | general English | other general English | CPU-seconds |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        _row(0, ("", "", ""), one.before, one.before),
    ]
    for number, week in enumerate(one.weeks, start=1):
        kept = "yes" if week.kept else f"no: {week.reason}"
        course = (kept, f"{week.weight:.2f}", f"{week.cpu_seconds:.0f}")
        lines.append(_row(number, course, week.knows, one.before))
    return "\n".join(lines)


def _row(number: int, course: tuple[str, str, str], knows: Knowledge, before: Knowledge) -> str:
    kept, weight, cost = course
    this, so_far = "", ""
    if number:
        this = _bits(knows.unseen[number - 1], before.unseen[number - 1])
        so_far = _bits(_all(knows, number), _all(before, number))
    cells = (
        f"{number}",
        kept,
        weight,
        _bits(knows.learned, before.learned),
        _bits(knows.unseen[0], before.unseen[0]),
        this,
        so_far,
        f"{_change(knows.general, before.general) * 100:+.1f} %",
        f"{_change(knows.other_general, before.other_general) * 100:+.1f} %",
        cost,
    )
    return f"| {' | '.join(cells)} |"


def _bits(now: Surprise, before: Surprise) -> str:
    change = "" if now == before else f" ({_change(now, before) * 100:+.1f} %)"
    return f"{now.bits_per_char:.3f}{change}"


def _all(knows: Knowledge, weeks: int) -> Surprise:
    return sum(knows.unseen[:weeks], Surprise())


def _change(now: Surprise, before: Surprise) -> float:
    return now.bits_per_char / before.bits_per_char - 1


def _risen(bits: Sequence[Surprise]) -> float:
    """The last against the least of them."""
    return bits[-1].bits_per_char / min(one.bits_per_char for one in bits) - 1


def _name(number: int, one: Findings) -> str:
    weeks = "weeks of the calendar" if one.are_of_the_calendar else "equal parts"
    return f"author {number}, {weeks}"
