"""``plm doctor``: check what PLM needs, and say how to fix it."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from daemon import paths
from daemon.cli.output import json_option, print_json
from daemon.doctor import Finding, Machine, examine
from daemon.instance import DEFAULT_PORT

_MARKS = {"good": ("✓", "green"), "note": ("·", "yellow"), "bad": ("✗", "bold red")}


@click.command(short_help="Check what PLM needs, and say how to fix it.")
@click.option("--port", type=int, default=DEFAULT_PORT, show_default=True)
@json_option
@click.pass_context
def command(context: click.Context, port: int, as_json: bool) -> None:
    """Check what PLM needs, and say how to fix each thing. Exit code 1 if something is bad."""
    machine = Machine(data_dir=paths.data_dir(), cache_dir=paths.cache_dir(), port=port)
    findings = examine(machine)
    if as_json:
        print_json(findings)
    else:
        Console().print(_table(findings))
    context.exit(int(any(finding.state == "bad" for finding in findings)))


def _table(findings: list[Finding]) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 1, 0, 0))
    for finding in findings:
        mark, style = _MARKS[finding.state]
        said = Text(finding.found)
        if finding.cure:
            said.append(f"\n→ {finding.cure}", style="dim")
        table.add_row(Text(mark, style), finding.check, said)
    return table
