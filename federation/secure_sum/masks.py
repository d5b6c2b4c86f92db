"""Masks: as many pseudo-random integers as a vector has, all from one seed of 32 bytes.

The generator is ChaCha20 (RFC 8439): a cryptographic one, and as fast without special hardware.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

Vector = npt.NDArray[np.unsignedinteger[Any]]
"""One-dimensional, of `dtype_of`."""

WIDTHS = (32, 64)
# A seed is used for one mask only, so the nonce has nothing to tell apart.
_NONCE = bytes(16)
_CHUNK_BYTES = 2**18
_ZEROS = bytes(_CHUNK_BYTES)


def dtype_of(bits: int) -> np.dtype[np.unsignedinteger[Any]]:
    """Little-endian unsigned integers of 32 or 64 bits; `ValueError` for other widths."""
    if bits not in WIDTHS:
        raise ValueError("vectors are of 32 or 64 bits")
    return np.dtype(f"<u{bits // 8}")


def add_mask(vector: Vector, seed: bytes) -> None:
    """Add the seed's mask in place, modulo the vector's width."""
    _apply(np.add, vector, seed)


def remove_mask(vector: Vector, seed: bytes) -> None:
    """Subtract the seed's mask in place, modulo the vector's width."""
    _apply(np.subtract, vector, seed)


def _apply(operation: np.ufunc, vector: Vector, seed: bytes) -> None:
    stream = Cipher(algorithms.ChaCha20(seed, _NONCE), mode=None).encryptor()
    chunk = bytearray(_CHUNK_BYTES)
    mask = np.frombuffer(chunk, vector.dtype)
    # In pieces that stay in the processor's cache: a mask never exists as a whole.
    for start in range(0, len(vector), len(mask)):
        part = vector[start : start + len(mask)]
        stream.update_into(_ZEROS[: part.nbytes], chunk)
        operation(part, mask[: len(part)], out=part)
