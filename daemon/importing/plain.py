"""Notes and exports: plain text, Markdown, JSON Lines, exported chats."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path

from daemon.importing.found import MAX_CHARS, Found, ImportFailed

_CHAT = re.compile(
    r"^\u200e?\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?:[ \u202f][AP]M)?\]?"
    r"(?: -)? (?P<author>[^:]{1,60}): (?P<text>.*)$"
)
"""A line of an exported WhatsApp chat, as phones write it."""
_CHAT_LINES = 3


def read_text(file: Path) -> Iterator[Found]:
    """A note, or an exported chat if it looks like one."""
    content = _content(file)
    lines = content.splitlines()
    if sum(bool(_CHAT.match(line)) for line in lines[:20]) >= _CHAT_LINES:
        yield from _chat(lines)
        return
    for text in _pieces(content):
        yield Found(text=text, kind="note")


def read_jsonl(file: Path) -> Iterator[Found]:
    """Lines of ``author``, ``ts``, ``site``, ``kind``, ``text``, as PLM exports them."""
    # Only this ends a line: what JSON leaves as it is (U+2028) may be within a text.
    for number, line in enumerate(_content(file).split("\n"), start=1):
        if line.strip():
            yield _record(line, number)


def _record(line: str, number: int) -> Found:
    try:
        record = json.loads(line)
        text = record["text"]
        author, site, kind, written = (
            str(record.get(name) or "") for name in ("author", "site", "kind", "ts")
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ImportFailed(f"Line {number} is no JSON document with a text.") from None
    if not isinstance(text, str):
        raise ImportFailed(f"Line {number} has a text that is no text.")
    return Found(
        text=text.strip(),
        kind=kind or "note",
        author=author,
        site=site or "import",
        written=_moment(written),
    )


def _moment(written: str) -> str:
    """As the store orders texts: seconds in UTC; empty if it says no time."""
    try:
        moment = datetime.datetime.fromisoformat(written)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC).isoformat(timespec="seconds")


def _content(file: Path) -> str:
    return file.read_text("utf-8-sig", errors="replace").replace("\r\n", "\n")


def _chat(lines: list[str]) -> Iterator[Found]:
    author, written = "", list[str]()
    for line in lines:
        match = _CHAT.match(line)
        if match:
            yield from _message(author, written)
            author, written = match["author"].strip(), [match["text"]]
        else:
            written.append(line)
    yield from _message(author, written)


def _message(author: str, lines: list[str]) -> Iterator[Found]:
    text = "\n".join(lines).strip()
    if author and text and not text.startswith(("<", "\u200e")):  # what the app put there
        yield Found(text=text, kind="chat", author=author)


def _pieces(content: str) -> Iterator[str]:
    piece = ""
    for paragraph in content.split("\n\n"):
        if piece and len(piece) + len(paragraph) > MAX_CHARS:
            yield piece.strip()
            piece = ""
        piece += paragraph[:MAX_CHARS] + "\n\n"
    if piece.strip():
        yield piece.strip()
