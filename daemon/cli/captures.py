"""``plm captures``: review, search, export and delete what was captured."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TextIO

import click
import msgspec

from daemon.cli.asking import ask, converse
from daemon.cli.output import json_option, one_line_for, print_json
from daemon.client import DaemonClient
from daemon.protocol.messages import (
    Captures,
    CapturesDelete,
    CapturesQuery,
    Deleted,
    Document,
    Place,
)

PAGE = 200
_LINE_CHARS = 72

STYLES = click.Choice(["jsonl", "markdown"])
site_option = click.option("--site", help="Only from this exact host.")


@click.group(short_help="Review, search, export and delete what was captured.")
def command() -> None:
    """Review, search, export and delete what was captured."""


@command.command("list")
@site_option
@click.option("--limit", type=click.IntRange(1, PAGE), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, help="Pass over the newest ones.")
@json_option
def list_captures(site: str | None, limit: int, offset: int, as_json: bool) -> None:
    """List documents, newest first."""
    _print_page(CapturesQuery(site=site, limit=limit, offset=offset), as_json)


@command.command()
@click.argument("words")
@site_option
@click.option("--limit", type=click.IntRange(1, PAGE), default=20, show_default=True)
@json_option
def search(words: str, site: str | None, limit: int, as_json: bool) -> None:
    """Find documents that contain all WORDS; the last may be a beginning."""
    _print_page(CapturesQuery(query=words, site=site, limit=limit), as_json)


@command.command()
@click.argument("number", type=int)
@json_option
def show(number: int, as_json: bool) -> None:
    """Print one document whole."""
    found = ask(CapturesQuery(documents=[number]), Captures).documents
    if not found:
        raise click.ClickException(f"There is no document {number}.")
    (document,) = found
    if as_json:
        print_json(document)
    else:
        click.echo(f"{document.site}  {document.kind}  {document.created_at}\n\n{document.text}")


@command.command()
@click.argument("numbers", type=int, nargs=-1)
@click.option("--site", help="All documents from this exact host.")
@click.option("--all", "everything", is_flag=True, help="Everything.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(numbers: tuple[int, ...], site: str | None, everything: bool, yes: bool) -> None:
    """Delete documents for good, by number, by site, or all."""
    if sum((bool(numbers), site is not None, everything)) != 1:
        raise click.UsageError("Say which: document numbers, --site or --all.")
    if not yes:
        click.confirm("Delete for good?", abort=True)
    request = CapturesDelete(documents=list(numbers) or None, site=site, everything=everything)
    click.echo(f"deleted: {ask(request, Deleted).count}")


@command.command()
@click.option(
    "--format",
    "style",
    type=click.Choice(["jsonl", "markdown"]),
    default="jsonl",
    show_default=True,
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A new file.")
@site_option
def export(style: str, output: Path | None, site: str | None) -> None:
    """Write all documents, newest first, as JSON Lines or Markdown."""
    write = _write_jsonl if style == "jsonl" else _write_markdown

    async def copy(client: DaemonClient) -> int:
        with _destination(output) as file:
            return await _copy(client, site, lambda document: write(document, file))

    with one_line_for(OSError):
        count = converse(copy)
    click.echo(f"exported: {count}", err=True)


def _print_page(request: CapturesQuery, as_json: bool) -> None:
    page = ask(request, Captures)
    if as_json:
        print_json(page)
        return
    for document in page.documents:
        line = " ".join((_plain(document.snippet) or document.text).split())
        short = line if len(line) <= _LINE_CHARS else line[: _LINE_CHARS - 1] + "…"
        click.echo(f"{document.id:>6}  {document.created_at[:16]}  {document.site}  {short}")
    click.echo(f"{len(page.documents)} of {page.total}", err=True)


def _plain(snippet: str | None) -> str:
    return (snippet or "").replace("\ue000", "").replace("\ue001", "")


@contextlib.contextmanager
def _destination(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with output.open("x", encoding="utf-8") as file:
        yield file


async def _copy(client: DaemonClient, site: str | None, write: Callable[[Document], None]) -> int:
    count = 0
    async for document in _all_documents(client, site):
        write(document)
        count += 1
    return count


async def _all_documents(client: DaemonClient, site: str | None) -> AsyncIterator[Document]:
    last: Place | None = None
    more = True
    while more:
        page = await client.ask(CapturesQuery(site=site, limit=PAGE, older_than=last), Captures)
        for document in page.documents:
            yield document
            last = Place(created_at=document.created_at, id=document.id)
        more = page.more


def _write_jsonl(document: Document, file: TextIO) -> None:
    """The format of import and export: author, ts, site, kind, text."""
    record = {
        "author": "me",
        "ts": document.created_at,
        "site": document.site,
        "kind": document.kind,
        "text": document.text,
    }
    file.write(msgspec.json.encode(record).decode() + "\n")


def _write_markdown(document: Document, file: TextIO) -> None:
    file.write(f"## {document.site}, {document.created_at}\n\n{document.text}\n\n")
