"""``plm sites``: which sites may be captured from."""

from __future__ import annotations

import click

from daemon.cli.asking import ask
from daemon.cli.output import json_option, print_json
from daemon.protocol.messages import Sites, SiteSet, SitesQuery


@click.group(short_help="Which sites may be captured from.")
def command() -> None:
    """Which sites may be captured from: exact hosts, all off unless switched on."""


@command.command("list")
@json_option
def list_sites(as_json: bool) -> None:
    """List the sites that have a rule or documents."""
    sites = ask(SitesQuery(), Sites).sites
    if as_json:
        print_json(sites)
        return
    for rule in sites:
        switch = "on " if rule.capture else "off"
        click.echo(f"{switch}  {rule.site}  {rule.documents} documents")
    if not sites:
        click.echo("Nothing is captured from any site.")


@command.command()
@click.argument("site")
def allow(site: str) -> None:
    """Switch capture on for the exact host SITE."""
    ask(SiteSet(site=site.lower(), capture=True), Sites)
    click.echo(f"on   {site.lower()}")


@command.command()
@click.argument("site")
def block(site: str) -> None:
    """Switch capture off for SITE; what was captured stays until it is deleted."""
    ask(SiteSet(site=site.lower(), capture=False), Sites)
    click.echo(f"off  {site.lower()}")
