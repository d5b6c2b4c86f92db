"""Real authors' writing, split once: what we tune on is never what we report on."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILES = ("commit_git", "forum_oem", "forum_slicer", "forum_stackexchange", "blog_open")
GUARD = "general_en"
OPEN_LICENCES = {"Apache-2.0", "public-domain", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA"}
_TEST_SHARE = 4


class NoStudyDataError(Exception):
    """There is nothing to measure on."""


def data_folder() -> Path:
    """``PLM_STUDY_DATA``, or ``../shared/data`` beside the checkout."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("PLM_STUDY_DATA") or default)
    if not folder.is_dir():
        raise NoStudyDataError(f"no texts in {folder}: set PLM_STUDY_DATA")
    return folder


def is_test_author(author: str) -> bool:
    """A quarter of the authors, chosen by their hash, is for reports only."""
    return int(author[1:], 16) % _TEST_SHARE == 0


@dataclass(frozen=True, slots=True)
class Document:
    """One text of one author."""

    author: str
    ts: str
    text: str
    license: str


def authors(name: str, *, test: bool = True) -> list[list[Document]]:
    """The documents of each test (or tune) author of a collection, in the order of their time."""
    found: dict[str, list[Document]] = {}
    for record in _documents(name):
        if is_test_author(record["author"]) is test:
            document = Document(
                record["author"], record["ts"], record["text"], record.get("license", "")
            )
            found.setdefault(document.author, []).append(document)
    return [sorted(texts, key=lambda document: document.ts) for _, texts in sorted(found.items())]


def open_tune_authors() -> list[list[Document]]:
    """Tune authors whose licence allows that what PLM ships is derived from their texts."""
    found = [author for name in FILES for author in authors(name, test=False)]
    return [author for author in found if {text.license for text in author} <= OPEN_LICENCES]


def sample_texts(per_file: int, *, seed: int = 0, test: bool = True) -> list[str]:
    """Texts of test (or tune) authors, as many from each collection as of general English."""
    chosen: list[str] = []
    for name in (*FILES, GUARD):
        texts = sorted(
            document["text"]
            for document in _documents(name)
            if name == GUARD or is_test_author(document["author"]) is test
        )
        chosen += random.Random(f"{seed}{name}").sample(texts, min(per_file, len(texts)))
    return chosen


def _documents(name: str) -> Iterator[dict[str, str]]:
    with (data_folder() / f"{name}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
