"""Collections of authors' texts: JSON Lines of ``author``, ``ts``, ``site``, ``kind``, ``text``.

Authors are split once, here: what is tuned on is never what is reported.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Split = Literal["all", "tune", "test"]

_TEST_SHARE = 4


class StudyError(Exception):
    """Why a file cannot be used: one line for the user, without a word of its content."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text of one author."""

    author: str
    ts: str
    """ISO 8601."""
    text: str
    licence: str = ""
    site: str = ""
    kind: str = ""
    thread: str = ""


def is_test_author(author: str) -> bool:
    """A quarter of the authors, by their (hashed) name, is for reports only."""
    try:
        number = int(author[1:], 16)
    except ValueError:
        number = int.from_bytes(hashlib.sha256(author.encode()).digest()[:8], "big")
    return number % _TEST_SHARE == 0


def read_authors(file: Path, split: Split = "all") -> dict[str, list[Document]]:
    """Each author's documents in the order of their time. Raises `StudyError`."""
    found: dict[str, list[Document]] = {}
    for number, line in enumerate(_lines(file), start=1):
        document = _document(line, number)
        if split == "all" or is_test_author(document.author) is (split == "test"):
            found.setdefault(document.author, []).append(document)
    for documents in found.values():
        documents.sort(key=lambda document: document.ts)
    return dict(sorted(found.items()))


def _lines(file: Path) -> list[bytes]:
    try:
        return [line for line in file.read_bytes().splitlines() if line.strip()]
    except OSError as error:
        raise StudyError(f"{file} cannot be read: {error.strerror}.") from None


def _document(line: bytes, number: int) -> Document:
    try:
        record = json.loads(line)
        fields = (record["author"], record["ts"], record["text"])
        others = [str(record.get(name) or "") for name in ("license", "site", "kind", "thread")]
    except (ValueError, TypeError, KeyError):
        raise StudyError(f"Line {number} is no document with author, ts and text.") from None
    if not all(isinstance(field, str) for field in fields):
        raise StudyError(f"Line {number} has an author, ts or text that is no text.")
    return Document(*fields, *others)
