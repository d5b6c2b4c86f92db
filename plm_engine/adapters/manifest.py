"""What a safetensors file says about itself."""

from __future__ import annotations

import json

_HEADER_LENGTH = 8


def read_manifest(packed: bytes) -> dict[str, str]:
    """Of a whole file. Raises `ValueError`, `KeyError` or `TypeError` if it is none."""
    size = int.from_bytes(packed[:_HEADER_LENGTH], "little")
    header = json.loads(packed[_HEADER_LENGTH : _HEADER_LENGTH + size])
    manifest: dict[str, str] = header["__metadata__"]
    return manifest
