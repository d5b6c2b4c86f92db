"""What to read before a text: bits per character on tune authors, the memory on in every row.

``python -m bench context``
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from rich.progress import Progress

from bench.study_data import FILES, threads_and_authors
from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.study import Document
from plm_engine.evaluation.surprise import Surprise, surprise
from plm_engine.memory.memory import NgramMemory

AUTHORS = 5
"""Of each collection."""
KNOWN = 200
READ = 5
CHARS = 600
_QUERY_CHARS = 60
"""Retrieval knows what was typed of the text so far: take this much."""
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Situation:
    """One text about to be written."""

    engine: CompletionEngine
    text: Document
    earlier: Sequence[str]
    """The author's own, the oldest first."""
    answered: str
    """What somebody else wrote last in the same thread, if that is known."""

    def last(self, budget: int) -> list[int]:
        """The author's last texts."""
        return self.joined(reversed(self.earlier), budget)

    def similar(self, budget: int) -> list[int]:
        """The author's texts that the beginning of this one calls up (BM25)."""
        words = dict.fromkeys(re.findall(r"\w{3,}", self.text.text[:_QUERY_CHARS]))
        if not words:
            return []
        with sqlite3.connect(":memory:") as index:
            index.execute("CREATE VIRTUAL TABLE texts USING fts5(text)")
            index.executemany("INSERT INTO texts VALUES (?)", [(one,) for one in self.earlier])
            found = index.execute(
                "SELECT text FROM texts WHERE texts MATCH ? ORDER BY bm25(texts) LIMIT 3",
                [" OR ".join(f'"{word}"' for word in words)],
            ).fetchall()
        return self.joined((text for (text,) in found), budget)

    def site(self) -> list[int]:
        """Where it is written."""
        return self.joined([f"A {self.text.kind} text on {self.text.site}."], 32)

    def joined(self, texts: Iterator[str] | Sequence[str], budget: int) -> list[int]:
        """Whole texts up to a budget of tokens, the first given nearest to the text to come."""
        tokens: list[int] = []
        vocabulary = self.engine.vocabulary
        for text in texts:
            one = [vocabulary.document_start, *vocabulary.encode(text).ids]
            if len(tokens) + len(one) > budget:
                return tokens or one[:budget]
            tokens = one + tokens
        return tokens


Preamble = Callable[[Situation], list[int]]
CANDIDATES: dict[str, Preamble] = {
    NOTHING: lambda _: [],
    "site and kind": Situation.site,
    "the author's last texts, 64 tokens": lambda one: one.last(64),
    "the author's last texts, 192 tokens": lambda one: one.last(192),
    "the author's last texts, 384 tokens": lambda one: one.last(384),
    "the author's most similar texts, 192 tokens": lambda one: one.similar(192),
}
IN_THREADS: dict[str, Preamble] = {
    NOTHING: lambda _: [],
    "the author's last texts, 192 tokens": lambda one: one.last(192),
    "what is answered, 192 tokens": lambda one: one.joined([one.answered], 192),
    "both": lambda one: one.last(192) + one.joined([one.answered], 192),
}


@dataclass(slots=True)
class Row:
    """One candidate."""

    by_author: dict[str, Surprise] = field(default_factory=lambda: defaultdict(Surprise))
    tokens: int = 0
    texts: int = 0
    seconds: float = 0.0


Rows = dict[str, Row]


def measure(progress: Progress) -> tuple[Rows, Rows]:
    """All texts, and those that answer somebody."""
    base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    engine = CompletionEngine.open(base)
    everywhere = {name: Row() for name in CANDIDATES}
    in_threads = {name: Row() for name in IN_THREADS}
    for collection in progress.track(FILES, description="context"):
        threads, authors = threads_and_authors(collection, "tune")
        enough = [author for author in authors if len(author) > READ]
        for author in enough[:: max(1, len(enough) // AUTHORS)][:AUTHORS]:
            _read(engine, author[-KNOWN - READ :], threads, everywhere, in_threads)
    return everywhere, in_threads


def _read(
    engine: CompletionEngine,
    documents: list[Document],
    threads: dict[str, list[Document]],
    everywhere: Rows,
    in_threads: Rows,
) -> None:
    memory = NgramMemory()
    tokens = engine.vocabulary.documents([document.text for document in documents])
    memory.learn_all(enumerate(tokens[:-READ]))
    for number in range(len(documents) - READ, len(documents)):
        document = documents[number]
        earlier = [one.text for one in documents[:number]]
        answered = _answered(document, threads)
        situation = Situation(engine, document, earlier, answered)
        for name, preamble in CANDIDATES.items():
            _note(everywhere[name], situation, memory, preamble(situation))
        if answered:
            for name, preamble in IN_THREADS.items():
                _note(in_threads[name], situation, memory, preamble(situation))
        memory.learn(number, tokens[number])


def _note(row: Row, situation: Situation, memory: NgramMemory, preamble: list[int]) -> None:
    engine, text = situation.engine, situation.text.text[:CHARS]
    started = time.perf_counter()
    found = surprise(engine.vocabulary, engine.session, text, memory=memory, preamble=preamble)
    row.seconds += time.perf_counter() - started
    row.by_author[situation.text.author] += found
    row.tokens += len(preamble)
    row.texts += 1


def _answered(document: Document, threads: dict[str, list[Document]]) -> str:
    others = [
        one
        for one in threads.get(document.thread, ())
        if one.ts < document.ts and one.author != document.author
    ]
    return max(others, key=lambda one: one.ts).text if others else ""


def table(measured: tuple[Rows, Rows]) -> str:
    """Markdown; every author counts the same."""
    lines = ["| read before the text | tokens | bits per character | |", "|---|---:|---:|---:|"]
    for title, rows in zip(("all texts", "texts that answer somebody"), measured, strict=True):
        lines.append(f"| *{title}* | | | |")
        least = _bits(rows[NOTHING])
        for name, row in rows.items():
            change = f"{(_bits(row) / least - 1) * 100:+.1f} %" if name != NOTHING else ""
            mean = row.tokens / max(1, row.texts)
            lines.append(f"| {name} | {mean:.0f} | {_bits(row):.3f} | {change} |")
    return "\n".join(lines)


def _bits(row: Row) -> float:
    return fmean(one.bits_per_char for one in row.by_author.values())
