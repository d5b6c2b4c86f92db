"""One text that was found in a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

MAX_CHARS = 20_000
"""Of one text; a longer note is cut at paragraphs, another text at this length."""


class ImportFailed(Exception):  # noqa: N818 - reads better where it is caught
    """Why a file cannot be imported: one line for the user, without a word of its content."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text, and what is known of it."""

    text: str
    kind: str
    """``mail``, ``chat``, ``note``, or what an export says."""
    author: str = ""
    """An address or a name; empty where files do not say."""
    site: str = "import"
    written: str = ""
    """ISO 8601, in UTC; empty if it is not known."""

    @property
    def draft(self) -> str:
        """The same for the same text, so that it is kept once however often it is imported."""
        return "import-" + hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()[:48]
