"""What messages are made of."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

PROTOCOL_VERSION = 1
"""Grows with every change that the other side has to know of; told in the first message."""
SUBPROTOCOL = "plm.v1"
"""How a connection begins; stays, so that sides of different versions can tell each other so."""
MAX_FRAME_BYTES = 1_048_576
MAX_BEFORE_CHARS = 2_000
MAX_AFTER_CHARS = 300
MAX_DOCUMENT_CHARS = 200_000
MAX_NUMBERS = 10_000
MAX_TAUGHT_CHARS = 2_000
MAX_PASTES = 32
MAX_PASTE_CHARS = 5_000

Id = Annotated[str, Meta(max_length=64)]
"""Chosen by the sender, unique within its connection."""
Hex32 = Annotated[str, Meta(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")]
"""32 bytes in lower-case hexadecimal: nonces and HMAC-SHA256 proofs."""
Site = Annotated[str, Meta(min_length=1, max_length=253, pattern=r"^[a-z0-9.:\[\]-]+$(?!\n)")]
"""Exact lower-case host (with port when it is not the scheme's own); never a suffix rule.

The look-ahead is for Python, where ``$`` also matches before a final line break."""
FieldId = Annotated[str, Meta(min_length=1, max_length=64)]
"""Names one field of one page for as long as it exists; random, says nothing about the page."""
Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2})?$(?!\n)")]
"""ISO 8601, UTC: a second, or the first one of a day."""
Label = Annotated[str, Meta(max_length=120)]
DocumentId = Annotated[int, Meta(ge=1, le=2**53 - 1)]
"""Within what JavaScript counts exactly."""
PersonaName = Annotated[
    str, Meta(min_length=1, max_length=40, pattern=r"^[^\s\x00-\x1f](.*[^\s])?$(?!\n)")
]
"""As its user calls it: one line, no space around it."""
CharCount = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Milliseconds = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Message(msgspec.Struct, tag_field="type", kw_only=True):
    """What every message has."""

    id: Id = ""
