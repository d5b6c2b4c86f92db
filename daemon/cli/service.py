"""``plm service``: run PLM as a service of your session."""

from __future__ import annotations

import click

from daemon.cli.output import json_option, one_line_for, print_json
from daemon.instance import DEFAULT_PORT
from daemon.service.launch import this_installation
from daemon.service.supervisor import supervisor
from daemon.service.system import ServiceError

_LINES = 50


@click.group(short_help="Run PLM as a service of your session.")
def command() -> None:
    """Run PLM as a service of your session: it starts when you log in."""


@command.command()
@click.option(
    "--port",
    type=click.IntRange(1024, 65_535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Where to listen on 127.0.0.1.",
)
def install(port: int) -> None:
    """Start PLM now and whenever you log in. Run it again after an upgrade."""
    with one_line_for(ServiceError, OSError):
        file = supervisor().install(this_installation(port))
    click.echo(f"installed: {file}")


@command.command()
def uninstall() -> None:
    """Stop PLM and start it no more when you log in. What it keeps stays."""
    with one_line_for(ServiceError, OSError):
        supervisor().uninstall(this_installation(DEFAULT_PORT))
    click.echo("uninstalled")


@command.command()
def start() -> None:
    """Start the service now."""
    with one_line_for(ServiceError):
        supervisor().start()


@command.command()
def stop() -> None:
    """Stop the service until you log in again or start it."""
    with one_line_for(ServiceError):
        supervisor().stop()


@command.command()
@json_option
def status(as_json: bool) -> None:
    """Say whether the service runs, is stopped, or is not installed."""
    with one_line_for(ServiceError):
        state = supervisor().state()
    if as_json:
        print_json({"state": state})
    else:
        click.echo(state)


@command.command()
@click.option("--lines", type=click.IntRange(min=1), default=_LINES, show_default=True)
def logs(lines: int) -> None:
    """Show what the service logged last: events and times, never text."""
    with one_line_for(ServiceError):
        click.echo(supervisor().logs(this_installation(DEFAULT_PORT), lines))
