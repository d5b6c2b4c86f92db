"""``plm learn``: what PLM learns from your writing, and taking it back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import click
from rich.console import Console
from rich.table import Table

from daemon.cli.asking import ask, converse
from daemon.cli.output import json_option, print_json
from daemon.cli.progress import stages
from daemon.client import ClientError, DaemonClient
from daemon.learning import quiet_hours
from daemon.protocol.messages import (
    Captures,
    Changes,
    ChangesQuery,
    Habits,
    HabitsQuery,
    LearnedVersion,
    LearnHistory,
    LearnHistoryQuery,
    LearnNow,
    LearnPart,
    LearnPause,
    LearnQuietHours,
    LearnRollback,
    LearnStatus,
    LearnStatusQuery,
    LearnStop,
    QuietHours,
    VersionDocumentsQuery,
)

Report = Callable[[str, float], None]
_LOOK_AGAIN_S = 1.0
_LINE_CHARS = 72
_PERSONA = click.option("--persona", help="By default, the one in use.")


@click.group(short_help="What PLM learns from your writing, and taking it back.")
def command() -> None:
    """What PLM learns from your writing, and taking it back.

    The daemon learns by itself when it has new texts, the machine is on mains and you are not
    writing. A new version is used only if it predicts your newest texts better.
    """


@command.command("status")
@json_option
def show_status(as_json: bool) -> None:
    """Show which version is in use, and what is going on."""
    status = ask(LearnStatusQuery(), LearnStatus)
    if as_json:
        print_json(status)
        return
    click.echo(f"in use   {_in_use(status)}")
    click.echo(f"now      {_now(status)}")
    if status.last:
        click.echo(f"last     {status.last}")


@command.command("now")
@click.option(
    "--part",
    type=click.Choice(["adapter", "prompt"]),
    default="adapter",
    show_default=True,
    help="The adapter learns most, in minutes; the prompt a little, in seconds.",
)
@_PERSONA
@json_option
def learn_now(part: LearnPart, persona: str | None, as_json: bool) -> None:
    """Learn from what is new, now. Stop with Ctrl-C: it goes on from there next time."""
    with stages() as report:
        status = converse(
            lambda client: _learn(client, LearnNow(part=part, persona=persona), report)
        )
    if as_json:
        print_json(status)
    else:
        click.echo(status.last or "Nothing was learned.")


@command.command("history")
@_PERSONA
@json_option
def history(persona: str | None, as_json: bool) -> None:
    """Show every version: what it gained, what it cost, what became of it."""
    versions = ask(LearnHistoryQuery(persona=persona), LearnHistory).versions
    if as_json:
        print_json(versions)
    elif versions:
        Console().print(_table(versions))
    else:
        click.echo("Nothing was learned yet.")


@command.command("phrases")
@click.option("--most", type=click.IntRange(1, 100), default=20, show_default=True)
@_PERSONA
@json_option
def phrases(most: int, persona: str | None, as_json: bool) -> None:
    """Show which phrases of yours PLM knows best."""
    known = ask(HabitsQuery(most=most, persona=persona), Habits).phrases
    if as_json:
        print_json(known)
        return
    for phrase in known:
        click.echo(f"{phrase.times:>6}  {phrase.text}")


@command.command("texts")
@click.argument("version", type=click.IntRange(min=1))
@click.option("--most", type=click.IntRange(1, 200), default=20, show_default=True)
@json_option
def texts(version: int, most: int, as_json: bool) -> None:
    """Show the newest texts that VERSION was learned from."""
    found = ask(VersionDocumentsQuery(version=version, limit=most), Captures)
    if as_json:
        print_json(found.documents)
        return
    for document in found.documents:
        line = " ".join(document.text.split())
        click.echo(f"{document.id:>6}  {document.created_at[:10]}  {line[:_LINE_CHARS]}")
    if found.more:
        click.echo(f"        and {found.total - len(found.documents)} more")


@command.command("changes")
@click.option("--most", type=click.IntRange(1, 50), default=10, show_default=True)
@_PERSONA
@json_option
def show_changes(most: int, persona: str | None, as_json: bool) -> None:
    """Show where what was learned changes the predictions of your newest texts most."""
    found = ask(ChangesQuery(most=most, persona=persona), Changes).changes
    if as_json:
        print_json(found)
        return
    for one in found:
        gain = f"{one.chance_before:.0%} → {one.chance_after:.0%}"
        click.echo(f"{gain:>12}  {one.before} [{one.word}]")
    if not found:
        click.echo("Nothing is predicted otherwise than by the base model.")


@command.command("quiet")
@click.argument("hours", metavar="FROM-TO")
def quiet(hours: str) -> None:
    """Begin no course FROM one full hour TO another, as in 22-7; "off" for at any hour."""
    ask(LearnQuietHours(hours=_hours(hours)), LearnStatus)


@command.command("rollback")
@_PERSONA
def roll_back(persona: str | None) -> None:
    """Use the version before the one in use again."""
    status = ask(LearnRollback(persona=persona), LearnStatus)
    click.echo(f"in use   {_in_use(status)}")


@command.command("pause")
def pause() -> None:
    """Learn nothing until `plm learn resume`."""
    ask(LearnPause(paused=True), LearnStatus)


@command.command("resume")
def resume() -> None:
    """Learn again."""
    ask(LearnPause(paused=False), LearnStatus)


def _hours(written: str) -> QuietHours | None:
    if written == "off":
        return None
    try:
        hours = quiet_hours.QuietHours.read(written)
    except ValueError:
        raise click.UsageError('Say from which full hour to which, as in 22-7, or "off".') from None
    return QuietHours(start=hours.start, end=hours.end)


async def _learn(client: DaemonClient, request: LearnNow, report: Report) -> LearnStatus:
    status = await client.ask(request, LearnStatus)
    try:
        await asyncio.sleep(_LOOK_AGAIN_S)
        while (status := await client.ask(LearnStatusQuery(), LearnStatus)).course:
            report(status.course.stage, status.course.fraction)
            await asyncio.sleep(_LOOK_AGAIN_S)
    except asyncio.CancelledError:
        await client.ask(LearnStop(), LearnStatus)
        raise ClientError("Stopped.") from None
    return status


def _in_use(status: LearnStatus) -> str:
    return "nothing learned" if status.version is None else f"version {status.version}"


def _now(status: LearnStatus) -> str:
    if status.course:
        held = ", holding still while you write" if status.course.held else ""
        return f"{status.course.stage} ({status.course.part}): {status.course.fraction:.0%}{held}"
    return f"waiting for {status.waits_for}" if status.waits_for else "about to learn"


def _table(versions: list[LearnedVersion]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("version", "when", "part", "state", "bits per character", "saved", "cost", ""):
        table.add_column(name)
    for one in versions:
        table.add_row(
            str(one.version),
            one.created_at[:16].replace("T", " "),
            one.part,
            one.state.replace("_", " "),
            f"{one.before.bits_per_char:.3f} → {one.after.bits_per_char:.3f}",
            f"{one.before.keystrokes_saved:.1%} → {one.after.keystrokes_saved:.1%}",
            f"{one.cpu_seconds:.0f} s",
            one.reason,
        )
    return table
