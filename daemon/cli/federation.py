"""``plm federation``: a community that shares an adapter, and what goes there."""

from __future__ import annotations

import click

from daemon.cli.asking import ask
from daemon.cli.output import json_option, print_json
from daemon.protocol.messages import (
    FederationForgetRounds,
    FederationJoin,
    FederationLeave,
    FederationLimits,
    FederationNow,
    FederationPause,
    FederationStatus,
    FederationStatusQuery,
    FederationVerdict,
)

_ANY = "any"
_ASK_TO_LEAVE = "Leave, and delete what makes this machine a member?"
_STAYS = "What was sent cannot be called back; `plm federation status` still lists it."


@click.group(short_help="A community that shares an adapter, and what goes there.")
def command() -> None:
    """A community that shares an adapter, and what goes there.

    Your texts never leave this machine. Once you joined, and only from sites that you let (`plm
    sites allow SITE --federate`), an update of the shared adapter is made of them and summed with
    those of others so that nobody can look into it. Some communities blur the sum as well.
    """


@command.command()
@click.argument("invitation")
def join(invitation: str) -> None:
    """Join the community of INVITATION, a line that begins with plm-join."""
    status = ask(FederationJoin(invitation=invitation), FederationStatus)
    click.echo(f"member of  {status.community}")
    if not status.texts:
        click.echo("No site may federate yet. Let one with: plm sites allow SITE --federate")


@command.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def leave(yes: bool) -> None:
    """Leave the community, and use its adapter no more."""
    if not yes:
        click.confirm(_ASK_TO_LEAVE, abort=True)
    ask(FederationLeave(), FederationStatus)
    click.echo(_STAYS)


@command.command("status")
@json_option
def show_status(as_json: bool) -> None:
    """Show what you belong to, what was sent, and what that can tell about you."""
    status = ask(FederationStatusQuery(), FederationStatus)
    if as_json:
        print_json(status)
        return
    for name, value in _rows(status):
        click.echo(f"{name:<11}{value}")


@command.command()
def now() -> None:
    """Take part now, without waiting until nobody needs the machine."""
    status = ask(FederationNow(), FederationStatus)
    click.echo(_now(status))


@command.command()
def pause() -> None:
    """Take no part until `plm federation resume`."""
    ask(FederationPause(paused=True), FederationStatus)


@command.command()
def resume() -> None:
    """Take part again."""
    ask(FederationPause(paused=False), FederationStatus)


@command.command()
@click.option(
    "--smallest-cohort",
    type=click.IntRange(3, 1_000),
    help="Send only where a sum of fewer devices comes to nothing. A community's rounds promise "
    "two thirds of a group.",
)
@click.option(
    "--most-epsilon",
    metavar="E",
    help=f'Send only while all that was sent stays below this ε; "{_ANY}" for always.',
)
@click.option("--metered/--unmetered", default=None, help="You pay for what goes over the network.")
def limits(smallest_cohort: int | None, most_epsilon: str | None, metered: bool | None) -> None:
    """Show or set what must hold before anything leaves."""
    status = ask(FederationStatusQuery(), FederationStatus)
    wanted = FederationLimits(
        smallest_cohort=status.smallest_cohort if smallest_cohort is None else smallest_cohort,
        most_epsilon=status.most_epsilon if most_epsilon is None else _epsilon(most_epsilon),
        metered=status.metered if metered is None else metered,
    )
    if (smallest_cohort, most_epsilon, metered) != (None, None, None):
        status = ask(wanted, FederationStatus)
    click.echo(_limits(status))


@command.command("forget")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_rounds(yes: bool) -> None:
    """Delete the list of what was sent, once you left."""
    if not yes:
        click.confirm("Delete the list? What was sent stays sent.", abort=True)
    ask(FederationForgetRounds(), FederationStatus)


def _epsilon(written: str) -> float | None:
    if written == _ANY:
        return None
    try:
        value = float(written)
    except ValueError:
        value = -1.0
    if not 0 < value <= 1_000:  # noqa: PLR2004 - as the message has it
        raise click.UsageError(f'Say a number above 0, at most 1000, or "{_ANY}".')
    return value


def _rows(status: FederationStatus) -> list[tuple[str, str]]:
    rows = [("member of", status.community or "no community")]
    if status.community:
        used = "none" if status.in_use is None else f"version {status.in_use}"
        rows += [
            ("at", status.url or ""),
            ("since", (status.joined_at or "")[:10]),
            ("known as", f"device {status.device}" if status.device else "an unnumbered device"),
            ("in use", f"{used}; the newest is version {status.version}"),
            ("now", _now(status)),
            ("update", "waits to be asked for" if status.update_waits else "none yet"),
            ("texts", f"{status.texts} on sites that may federate"),
            ("limits", _limits(status)),
        ]
        rows += [
            (
                "tried" if one is status.verdicts[0] else "",
                f"version {one.version}, {_verdict(one)}",
            )
            for one in status.verdicts
        ]
    if status.last:
        rows.append(("last", status.last))
    rows.append(("sent", f"{len(status.rounds)} times, {status.bytes:,} bytes"))
    rows += [
        ("", f"{one.at[:16].replace('T', ' ')}  {one.bytes:,} bytes, to {one.community}")
        for one in status.rounds
    ]
    rows.append(("privacy", _privacy(status)))
    return rows


def _verdict(one: FederationVerdict) -> str:
    used = "used" if one.kept else "not used"
    measured = "" if one.gain is None else f" ({one.gain:+.1%})"
    return f"{one.at[:10]}: {used}, {one.reason}{measured}"


def _now(status: FederationStatus) -> str:
    if status.doing:
        held = ", holding still while you write" if status.doing.held else ""
        done = "" if status.doing.fraction is None else f": {status.doing.fraction:.0%}"
        return f"{status.doing.stage}{done}{held}"
    if status.put_out:
        return f"{status.put_out} Leave, and join anew with an invitation."
    return f"waiting for {status.waits_for}" if status.waits_for else "about to take part"


def _limits(status: FederationStatus) -> str:
    epsilon = _ANY if status.most_epsilon is None else f"at most {status.most_epsilon:g}"
    metered = ", and nothing over this connection: it is metered" if status.metered else ""
    return f"sums of {status.smallest_cohort} devices or more, ε {epsilon}{metered}"


def _privacy(status: FederationStatus) -> str:
    if status.epsilon is None or not status.rounds:
        return status.epsilon_in_words
    return f"ε = {status.epsilon:.2f} (δ = {status.delta:g}): {status.epsilon_in_words}"
