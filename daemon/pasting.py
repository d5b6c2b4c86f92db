"""Which parts of a text were pasted: they are kept and read, and not learned from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

LEAST_CHARS = 12
"""Of a line: a name or a word that was pasted may as well have been typed."""

Spans = list[tuple[int, int]]
"""First character and the one after the last, in code points, ascending."""


def pasted_spans(text: str, pastes: Sequence[str]) -> Spans:
    """Where lines of what was pasted still stand as they were."""
    lines = {line.strip() for paste in pastes for line in paste.splitlines()}
    found = (span for line in lines if len(line) >= LEAST_CHARS for span in _every(line, text))
    merged: Spans = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _every(line: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(line)
    while start >= 0:
        yield start, start + len(line)
        start = text.find(line, start + len(line))
