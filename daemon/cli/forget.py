"""``plm forget``: forget what you wrote, and what was learned from it."""

from __future__ import annotations

import datetime

import click

from daemon.cli.asking import ask
from daemon.protocol.messages import CapturesDelete, Deleted, LearnStatus, LearnStatusQuery

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(short_help="Forget what you wrote, and what was learned from it.")
@click.option("--id", "numbers", type=int, multiple=True, help="These documents.")
@click.option("--site", help="Everything from this exact host.")
@click.option("--persona", help="Everything that it wrote.")
@click.option("--since", type=_DAY, help="Everything from this day (UTC) on.")
@click.option("--before", type=_DAY, help="Everything before this day (UTC).")
@click.option("--all", "everything", is_flag=True, help="Everything.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(
    numbers: tuple[int, ...],
    site: str | None,
    persona: str | None,
    *,
    since: datetime.datetime | None,
    before: datetime.datetime | None,
    everything: bool,
    yes: bool,
) -> None:
    """Delete documents for good, and every version that was learned from one of them.

    The newest version that knows none of them is used from then on.
    """
    has_days = since is not None or before is not None
    if sum((bool(numbers), site is not None, persona is not None, has_days, everything)) != 1:
        raise click.UsageError("Say which: --id, --site, --persona, --since or --before, or --all.")
    if not yes:
        click.confirm("Forget for good?", abort=True)
    request = CapturesDelete(
        documents=list(numbers) or None,
        site=site,
        persona=persona,
        since=_as_text(since),
        before=_as_text(before),
        everything=everything,
    )
    count = ask(request, Deleted).count
    version = ask(LearnStatusQuery(), LearnStatus).version
    used = "nothing learned" if version is None else f"version {version}"
    click.echo(f"forgotten: {count} documents; in use: {used}")


def _as_text(day: datetime.datetime | None) -> str | None:
    return day.date().isoformat() if day else None
