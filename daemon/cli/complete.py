"""``plm complete``: the next few words, on the command line."""

from __future__ import annotations

from dataclasses import dataclass

import click

from daemon.cli.asking import converse
from daemon.cli.output import json_option, print_json
from daemon.client import DaemonClient
from daemon.protocol.messages import MAX_BEFORE_CHARS, Complete, Suggestion

FIELD = "command-line"


@dataclass(frozen=True, slots=True)
class Completion:
    """What ``--json`` prints."""

    text: str
    confidence: float
    suppressed: str | None
    ms: float
    tokens: int


@click.command(short_help="Ask for the next few words.")
@click.argument("text")
@click.option("--after", default="", help="Text after the caret.")
@click.option(
    "--words", type=click.IntRange(1, 40), help="At most this many; else as far as you prefer."
)
@json_option
def command(text: str, after: str, words: int | None, as_json: bool) -> None:
    """Ask the running daemon how TEXT goes on."""
    request = Complete(
        field=FIELD,
        before=text[-MAX_BEFORE_CHARS:],
        after=after,
        max_words=words,
        explicit=True,
    )
    answer = converse(lambda client: _last(client, request))
    if as_json:
        print_json(
            Completion(answer.text, answer.confidence, answer.suppressed, answer.ms, answer.tokens)
        )
    else:
        click.echo(text + answer.text)


async def _last(client: DaemonClient, request: Complete) -> Suggestion:
    """The whole suggestion; it streams in word by word."""
    suggestion = await client.ask(request, Suggestion)
    while not suggestion.done:
        message = await client.receive()
        if isinstance(message, Suggestion) and message.id == request.id:
            suggestion = message
    return suggestion
