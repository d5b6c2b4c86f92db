"""Where real authors' writing is, and which of it may be used for what."""

from __future__ import annotations

import os
import random
from functools import cache
from itertools import zip_longest
from pathlib import Path

from plm_engine.evaluation.study import Document, Split, read_authors

FILES = ("commit_git", "forum_oem", "forum_slicer", "forum_stackexchange", "blog_open")
GUARD = "general_en"
OPEN_LICENCES = {"Apache-2.0", "public-domain", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA"}


class NoStudyDataError(Exception):
    """There is nothing to measure on."""


def data_folder() -> Path:
    """``PLM_STUDY_DATA``, or ``../shared/data`` beside the checkout."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("PLM_STUDY_DATA") or default)
    if not folder.is_dir():
        raise NoStudyDataError(f"no texts in {folder}: set PLM_STUDY_DATA")
    return folder


@cache
def authors(name: str, split: Split) -> list[list[Document]]:
    """The documents of each author of a collection, in the order of their time."""
    return list(read_authors(data_folder() / f"{name}.jsonl", split).values())


def threads_and_authors(
    name: str, split: Split
) -> tuple[dict[str, list[Document]], list[list[Document]]]:
    """Every thread of a collection, whoever wrote in it, and the documents of each author."""
    threads: dict[str, list[Document]] = {}
    for document in (one for author in authors(name, "all") for one in author if one.thread):
        threads.setdefault(document.thread, []).append(document)
    return threads, authors(name, split)


def texts_of(count: int, split: Split, least: int) -> dict[str, list[str]]:
    """So many authors who wrote at least so many texts, the collections in turn."""
    piles = [[one for one in authors(name, split) if len(one) >= least] for name in FILES]
    turns = [author for turn in zip_longest(*piles) for author in turn if author]
    return {author[0].author: [one.text for one in author] for author in turns[:count]}


def open_tune_authors() -> list[list[Document]]:
    """Tune authors whose licence allows that what PLM ships is derived from their texts."""
    found = [author for name in FILES for author in authors(name, "tune")]
    return [author for author in found if {text.licence for text in author} <= OPEN_LICENCES]


def sample_texts(per_file: int, *, seed: int = 0, split: Split = "test") -> list[str]:
    """Texts of test (or tune) authors, as many from each collection as of general English."""
    chosen: list[str] = []
    for name in (*FILES, GUARD):
        documents = authors(name, "all" if name == GUARD else split)
        texts = sorted(document.text for author in documents for document in author)
        chosen += random.Random(f"{seed}{name}").sample(texts, min(per_file, len(texts)))
    return chosen
