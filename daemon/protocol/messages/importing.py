"""What the user wrote elsewhere; for the command line only."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from daemon.protocol.messages.base import (
    MAX_DOCUMENT_CHARS,
    FieldId,
    Label,
    Message,
    PersonaName,
    Site,
)


class ImportedText(msgspec.Struct, kw_only=True):
    """A text that the user wrote elsewhere."""

    draft: FieldId
    """The same for the same text."""
    site: Site
    kind: Label
    text: Annotated[str, Meta(max_length=MAX_DOCUMENT_CHARS)]
    written: Label = ""
    """ISO 8601; empty if it is not known."""


class ImportTexts(Message, tag="import_texts"):
    """Command line → daemon: keep these."""

    texts: Annotated[list[ImportedText], Meta(max_length=200)]
    persona: PersonaName | None = None
    """By default, the one in use."""


class Imported(Message, tag="imported"):
    """Daemon → command line."""

    kept: int
    refused: int
    """They look like numbers or secrets that PLM does not keep."""
