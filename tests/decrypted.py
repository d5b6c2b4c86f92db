"""The store's file as SQLCipher sees it: every page, also the free ones, decrypted.

Page layout of SQLCipher 4: cipher text, 16 bytes of initialisation vector, 64 of HMAC; page 1
begins with 16 bytes of salt in the clear.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from daemon.store import STORE_FILE, load_key

PAGE = 4096
RESERVED = 80
SALT = 16
WAL_HEADER = 32
FRAME_HEADER = 24


def stored_bytes(data_dir: Path) -> bytes:
    """What a thief with the key could read, from the file and from its log."""
    key = load_key(data_dir, store_exists=True).raw
    file = data_dir / STORE_FILE
    log = file.with_name(file.name + "-wal")
    pages = _pages(file.read_bytes()) if file.exists() else iter(())
    frames = _frames(log.read_bytes()) if log.exists() else iter(())
    return b"".join(_decrypt(page, key) for page in (*pages, *frames))


def _pages(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), PAGE):
        yield content[start + (SALT if start == 0 else 0) : start + PAGE]


def _frames(content: bytes) -> Iterator[bytes]:
    for start in range(WAL_HEADER, len(content), FRAME_HEADER + PAGE):
        number = int.from_bytes(content[start : start + 4], "big")
        page = content[start + FRAME_HEADER : start + FRAME_HEADER + PAGE]
        yield page[SALT:] if number == 1 else page


def _decrypt(page: bytes, key: bytes) -> bytes:
    text, reserved = page[:-RESERVED], page[-RESERVED:]
    cipher = Cipher(algorithms.AES(key), modes.CBC(reserved[:16]))
    decryptor = cipher.decryptor()
    return decryptor.update(text) + decryptor.finalize()
