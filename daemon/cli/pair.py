"""``plm pair``: let a browser connect."""

from __future__ import annotations

import asyncio
import time

import click
from rich.console import Console
from rich.panel import Panel

from daemon.cli.asking import ask, converse
from daemon.cli.output import json_option, print_json
from daemon.client import DaemonClient
from daemon.protocol.messages import PairBegin, PairCode, PairingRemove, Pairings, PairingsQuery

_LOOK_AGAIN_S = 1.0


@click.group(short_help="Let a browser connect.", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Show a code to type into the extension's pairing page, and wait for it."""
    if context.invoked_subcommand is None and not converse(_pair):
        raise click.ClickException("Nobody used the code in time. Run this again for a new one.")


@command.command("list")
@json_option
def list_pairings(as_json: bool) -> None:
    """List the browsers that may connect."""
    pairings = ask(PairingsQuery(), Pairings).pairings
    if as_json:
        print_json(pairings)
        return
    for pairing in pairings:
        click.echo(f"{pairing.id}  {pairing.client}  {pairing.origin}  {pairing.created_at[:16]}")
    if not pairings:
        click.echo("No browser is paired.")


@command.command("remove")
@click.argument("pairing")
def remove(pairing: str) -> None:
    """Let the browser PAIRING connect no more; it is disconnected at once."""
    if all(known.id != pairing for known in ask(PairingsQuery(), Pairings).pairings):
        raise click.ClickException(f"There is no pairing {pairing}. See: plm pair list")
    ask(PairingRemove(pairing=pairing), Pairings)
    click.echo(f"removed: {pairing}")


async def _pair(client: DaemonClient) -> bool:
    """Show a code until a browser has used it. False when it ran out."""
    known = await _ids(client)
    code = await client.ask(PairBegin(), PairCode)
    _show(code)
    deadline = time.monotonic() + code.expires_s
    while time.monotonic() < deadline:
        await asyncio.sleep(_LOOK_AGAIN_S)
        if await _ids(client) - known:
            click.echo("paired")
            return True
    return False


async def _ids(client: DaemonClient) -> set[str]:
    return {pairing.id for pairing in (await client.ask(PairingsQuery(), Pairings)).pairings}


def _show(code: PairCode) -> None:
    spaced = " ".join(code.code)
    Console().print(Panel(f"[bold]{spaced}[/bold]", padding=(1, 4), expand=False))
    click.echo(
        "Type this into the page that the extension opens. "
        f"It is good once, for {code.expires_s // 60} minutes."
    )
