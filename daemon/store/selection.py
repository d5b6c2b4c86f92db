"""Which documents: what can be asked for can be deleted, by the same words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_WORD = re.compile(r"\w+")
# Plus: else SQLite would rather look up each of a hundred thousand matches.
_HAS_MATCH = "+d.id IN (SELECT rowid FROM documents_fts WHERE documents_fts MATCH :match)"
_HAS_LITERAL = "instr(d.text, :literal) > 0"
_HAS_ID = "d.id IN (SELECT value FROM json_each(:ids))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """All documents of which everything holds that is said here."""

    ids: Sequence[int] | None = None
    query: str = ""
    """Every word is there; the last may be a beginning. Without any word: it is there as it is."""
    site: str | None = None
    persona: str | None = None
    since: str | None = None
    """ISO 8601, the first moment."""
    before: str | None = None
    """ISO 8601, the moment after the last."""
    everything: bool = False
    """Said so that nobody deletes all by saying nothing."""

    @property
    def match(self) -> str | None:
        """For the index; None if there are no words to look for."""
        words = _WORD.findall(unicodedata.normalize("NFC", storable(self.query)))
        if not words:
            return None
        # Nearly everything begins with a given letter of the alphabet: alone it is a word.
        is_beginning = len(words[-1]) > 1 or not words[-1].isascii()
        return " ".join(f'"{word}"' for word in words) + ("*" if is_beginning else "")

    def conditions(self) -> tuple[list[str], dict[str, Any]]:
        """In SQL about a document ``d``, with their values."""
        match = self.match
        literal = None if match else storable(self.query).strip() or None
        ids = None if self.ids is None else json.dumps(list(self.ids))
        parts = {
            _HAS_ID: ("ids", ids),
            _HAS_MATCH: ("match", match),
            _HAS_LITERAL: ("literal", literal),
            "d.site = :site": ("site", self.site),
            "d.persona = :persona": ("persona", self.persona),
            "d.created_at >= :since": ("since", self.since),
            "d.created_at < :before": ("before", self.before),
        }
        said = {part: named for part, named in parts.items() if named[1] is not None}
        return list(said), dict(said.values())


def storable(text: str) -> str:
    """Without what UTF-8 cannot say: lone surrogates, which JavaScript can send."""
    return text.encode("utf-8", "replace").decode("utf-8")
