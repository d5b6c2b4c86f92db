"""``plm import``: take in what you wrote elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from daemon.cli.asking import converse
from daemon.cli.output import json_option, one_line_for, print_json
from daemon.cli.progress import stages
from daemon.client import DaemonClient
from daemon.importing.files import READERS, Harvest, harvest
from daemon.importing.found import Found, ImportFailed
from daemon.protocol.messages import Imported, ImportedText, ImportTexts

TEXTS_AT_ONCE = 50
CHARS_AT_ONCE = 150_000
_SHOWN = 3
_LINE_CHARS = 72


@click.command(short_help="Take in what you wrote elsewhere: mail, chats, notes.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--mine", multiple=True, help="Your address or name; texts of others are left out.")
@click.option("--persona", help="Who wrote them; by default, the one in use.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only show what would be taken in.")
@json_option
def command(
    paths: tuple[Path, ...],
    mine: tuple[str, ...],
    persona: str | None,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take in texts from PATHS: files or folders of txt, md, mbox, eml or jsonl.

    Quotes and signatures are left out, the same text is kept once. Stop it whenever you like; the
    next time it goes on. What was taken in can be reviewed and deleted like everything else.
    """
    with one_line_for(ImportFailed):
        found = harvest(paths, mine)
    if not as_json:
        _preview(found)
    if dry_run or not found.texts:
        if as_json:
            print_json({"found": len(found.texts), "kept": 0, "refused": 0})
        return
    if not yes:
        click.confirm("Take them in?", abort=True, err=True)
    kept, refused = _send(found.texts, persona)
    if as_json:
        print_json({"found": len(found.texts), "kept": kept, "refused": refused})
    else:
        click.echo(f"kept: {kept}" + (f", refused: {refused}" if refused else ""))


def _preview(found: Harvest) -> None:
    chars = sum(len(text.text) for text in found.texts)
    click.echo(
        f"{len(found.texts)} texts, {chars:,} characters, from {found.files} files", err=True
    )
    if found.copies or found.others:
        click.echo(f"left out: {found.copies} copies, {found.others} by others", err=True)
    if not found.files:
        click.echo(f"Nothing here is any of {', '.join(READERS)}.", err=True)
    for text in found.texts[:_SHOWN]:
        line = " ".join(text.text.split())
        short = line if len(line) <= _LINE_CHARS else line[: _LINE_CHARS - 1] + "…"
        click.echo(f"  {text.kind:<6} {short}", err=True)


def _send(texts: Sequence[Found], persona: str | None) -> tuple[int, int]:
    async def send(client: DaemonClient) -> tuple[int, int]:
        kept = refused = 0
        with stages() as report:
            for some in _batches(texts):
                answer = await client.ask(ImportTexts(texts=some, persona=persona), Imported)
                kept, refused = kept + answer.kept, refused + answer.refused
                report("taking in", (kept + refused) / len(texts))
        return kept, refused

    return converse(send)


def _batches(texts: Sequence[Found]) -> Iterator[list[ImportedText]]:
    """As many at a time as fit into a message."""
    batch: list[ImportedText] = []
    chars = 0
    for text in texts:
        chars += len(text.text)
        if batch and (chars > CHARS_AT_ONCE or len(batch) == TEXTS_AT_ONCE):
            yield batch
            batch, chars = [], len(text.text)
        batch.append(_as_message(text))
    if batch:
        yield batch


def _as_message(text: Found) -> ImportedText:
    return ImportedText(
        draft=text.draft, site=text.site, kind=text.kind, text=text.text, written=text.written
    )
