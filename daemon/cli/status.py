"""``plm status``: how the daemon is."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from daemon.cli.asking import ask
from daemon.cli.output import json_option, print_json
from daemon.protocol.messages import Status, StatusQuery

_WEAK_KEY = "a file (weaker than a keyring: anybody who can read your files can read it)"


@click.command(short_help="How the daemon is: counts and times, never text.")
@json_option
def command(as_json: bool) -> None:
    """How the running daemon is: counts and times, never text."""
    status = ask(StatusQuery(), Status)
    if as_json:
        print_json(status)
    else:
        Console().print(_table(status))


def _table(status: Status) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in (
        ("version", status.daemon_version),
        ("base model", status.base),
        ("up", _duration(status.uptime_s)),
        ("memory", f"{status.rss_mb:.0f} MB"),
        ("sessions", str(status.sessions)),
        ("documents", f"{status.documents} from {status.sites} sites switched on"),
        ("store key", "the keyring" if status.key_protection == "keyring" else _WEAK_KEY),
        ("suggestions", f"{status.suggestions} made, {status.shown} shown"),
        ("", f"{status.accepted} accepted, {status.dismissed} dismissed"),
        ("saved", f"{status.chars_saved} characters"),
        ("completion", _latency(status.latency_ms_p50, status.latency_ms_p95)),
        ("key to ghost", _latency(status.ghost_ms_p50, status.ghost_ms_p95)),
    ):
        table.add_row(name, value)
    return table


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def _latency(median: float | None, high: float | None) -> str:
    if median is None or high is None:
        return "nothing measured yet"
    return f"median {median:.0f} ms, 95th percentile {high:.0f} ms"
