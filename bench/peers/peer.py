"""What every rival can be asked."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Guess:
    """What would stand after the caret: the rest of a word, or a space and the next words."""

    text: str = ""
    confidence: float = 0.0
    """That its first word is right, on the peer's own scale: only its order counts."""


SILENCE = Guess()
_JOINS = "([{<\"'/-\u2018\u2019\u201c\u2013\u2014"
"""No space comes after one of these, or not always."""


class Peer(Protocol):
    """Learns one author's texts, one after the other, and is asked at every caret between."""

    name: str

    def learn(self, text: str) -> None:
        """One more text of the same author."""

    def suggest(self, before: str) -> Guess:
        """How the text before the caret goes on."""

    def restart(self) -> None:
        """Forget everything learned: a new author comes."""


class NotHereError(Exception):
    """What a peer needs is not installed on this machine."""


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for a peer's files, gone with it; in memory where there is such a place."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(
        prefix="plm-peer-", dir=memory if memory.is_dir() else None, ignore_cleanup_errors=True
    )


def gap(before: str) -> str:
    """What belongs between a text that ends outside a word and the next word."""
    joined = not before or before[-1].isspace() or before[-1] in _JOINS
    return "" if joined else " "
