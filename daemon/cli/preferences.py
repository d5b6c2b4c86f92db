"""``plm preferences``: how much is suggested."""

from __future__ import annotations

import click

from daemon.cli.asking import ask
from daemon.cli.output import json_option, print_json
from daemon.protocol.messages import Preferences, PreferencesQuery, PreferencesSet
from plm_engine.completion.presets import Amount, Length


@click.command(short_help="How much is suggested.")
@click.option(
    "--amount",
    type=click.Choice([amount.value for amount in Amount]),
    help="How often: few only when very sure, many also when less sure.",
)
@click.option(
    "--length",
    type=click.Choice([length.value for length in Length]),
    help="How far one suggestion goes.",
)
@json_option
def command(amount: str | None, length: str | None, as_json: bool) -> None:
    """Show how much is suggested as you write; with options, change it first."""
    preferences = ask(_request(amount, length), Preferences)
    if as_json:
        print_json({"amount": preferences.amount, "length": preferences.length})
        return
    click.echo(f"amount  {preferences.amount}")
    click.echo(f"length  {preferences.length}")


def _request(amount: str | None, length: str | None) -> PreferencesQuery | PreferencesSet:
    if amount is None and length is None:
        return PreferencesQuery()
    return PreferencesSet(
        amount=None if amount is None else Amount(amount),
        length=None if length is None else Length(length),
    )
