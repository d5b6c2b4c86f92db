"""Captured texts for tests of the store."""

from __future__ import annotations

from typing import Any

from daemon.protocol.messages import Capture

SITE = "letters.example"


def letter(text: str, draft: str = "draft", site: str = SITE, **fields: Any) -> Capture:
    """A text as a browser reports it."""
    known: dict[str, Any] = {"kind": "textarea", "typed_chars": len(text)}
    return Capture(text=text, draft=draft, site=site, **(known | fields))
