"""``plm sites``: what is allowed on which site."""

from __future__ import annotations

import click

from daemon.cli.asking import ask
from daemon.cli.output import json_option, print_json
from daemon.protocol.messages import Sites, SiteSet, SitesQuery

_MAY = {None: "", True: "  may federate", False: "  may not federate"}


@click.group(short_help="What is allowed on which site.")
def command() -> None:
    """What is allowed on which site, by exact host. Nothing is captured unless switched on."""


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
        silent = "  no suggestions" if rule.completions is False else ""
        federates = "  may federate" if rule.may_federate else ""
        click.echo(f"{switch}  {rule.site}  {rule.documents} documents{silent}{federates}")
    if not sites:
        click.echo("Nothing is captured from any site.")


@command.command()
@click.argument("site")
@click.option(
    "--federate/--no-federate",
    "may_federate",
    default=None,
    help="Whether updates for a community may be made of what you type there.",
)
def allow(site: str, may_federate: bool | None) -> None:
    """Switch capture on for the exact host SITE; with --no-federate, leave it as it is."""
    capture = None if may_federate is False else True
    wanted = SiteSet(site=site.lower(), capture=capture, may_federate=may_federate)
    rules = {rule.site: rule for rule in ask(wanted, Sites).sites}
    switch = "on " if rules[wanted.site].capture else "off"
    click.echo(f"{switch}  {wanted.site}{_MAY[may_federate]}")


@command.command()
@click.argument("site")
def block(site: str) -> None:
    """Switch capture off for SITE; what was captured stays until it is deleted."""
    ask(SiteSet(site=site.lower(), capture=False), Sites)
    click.echo(f"off  {site.lower()}")


@command.command()
@click.argument("site")
def suggest(site: str) -> None:
    """Make suggestions on SITE, also if it looks like a bank's or a doctor's."""
    ask(SiteSet(site=site.lower(), completions=True), Sites)
    click.echo(f"suggestions on   {site.lower()}")


@command.command()
@click.argument("site")
def silence(site: str) -> None:
    """Make no suggestions on SITE."""
    ask(SiteSet(site=site.lower(), completions=False), Sites)
    click.echo(f"suggestions off  {site.lower()}")
