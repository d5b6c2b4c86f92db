"""``plm personas``: the sides of you, such as work and home, with a wall between them."""

from __future__ import annotations

import click

from daemon.cli.asking import ask
from daemon.cli.output import json_option, print_json
from daemon.protocol.messages import (
    PersonaAdd,
    PersonaAssign,
    PersonaRemove,
    Personas,
    PersonasQuery,
    PersonaUse,
)

_EVERYWHERE_ELSE = "-"


@click.group(short_help="The sides of you, with a wall between them.")
def command() -> None:
    """The sides of you, such as work and home, with a wall between them.

    Each has its own texts, memory and versions; nothing that one wrote or learned is used where
    another writes. One is in use; a site can choose another.
    """


@command.command("list")
@json_option
def list_personas(as_json: bool) -> None:
    """List the personas; the one in use is marked."""
    _show(ask(PersonasQuery(), Personas), as_json=as_json)


@command.command()
@click.argument("name")
def add(name: str) -> None:
    """Add a persona NAME, that knows nothing."""
    _show(ask(PersonaAdd(name=name), Personas))


@command.command()
@click.argument("name")
def use(name: str) -> None:
    """Write as NAME from now on, where no site says otherwise."""
    _show(ask(PersonaUse(name=name), Personas))


@command.command()
@click.argument("site")
@click.argument("name")
def assign(site: str, name: str) -> None:
    """Write as NAME on the exact host SITE; "-" for whoever is in use."""
    chosen = None if name == _EVERYWHERE_ELSE else name
    _show(ask(PersonaAssign(site=site.lower(), name=chosen), Personas))


@command.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, *, yes: bool) -> None:
    """Remove NAME, with all that it wrote and all that was learned of it."""
    if not yes:
        click.confirm("Remove it and forget for good all that it wrote?", abort=True)
    _show(ask(PersonaRemove(name=name), Personas))


def _show(answer: Personas, *, as_json: bool = False) -> None:
    if as_json:
        print_json({"personas": answer.personas, "in_use": answer.in_use})
        return
    for one in answer.personas:
        mark = "*" if one.name == answer.in_use else " "
        learned = "nothing learned" if one.version is None else f"version {one.version}"
        click.echo(f"{mark} {one.name}  {one.documents} documents, {learned}")
