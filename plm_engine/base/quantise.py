"""Block-wise symmetric quantisation in the layout of ONNX Runtime's ``MatMulNBits``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plm_engine.base.errors import BaseModelError


@dataclass(frozen=True, slots=True)
class Quantisation:
    """Bits per weight, and how many weights share a scale."""

    bits: int
    block: int


SHIPPED = Quantisation(bits=8, block=64)
"""Chosen by measurement: docs/benchmarks.md."""


@dataclass(frozen=True, slots=True)
class QuantisedMatrix:
    """``weight[n, k] = scales[n, k // block] * (codes[n, k] - 2**(bits - 1))``."""

    codes: NDArray[np.uint8]
    """``[out, in // block, bytes]``: one byte a weight, or two 4-bit weights, low nibble first."""
    scales: NDArray[np.float32]
    """``[out, in // block]``."""


def quantise(matrix: NDArray[np.float32], how: Quantisation) -> QuantisedMatrix:
    """Round a matrix ``[out, in]`` to the nearest representable one, block by block.

    The scale maps the block's largest magnitude to the largest code, so a matrix that was stored
    this way before (GGUF's Q8_0) comes out exactly as it was.
    """
    rows, columns = matrix.shape
    if columns % how.block:
        raise BaseModelError(f"a matrix of {columns} columns does not fit blocks of {how.block}")
    middle = 1 << (how.bits - 1)
    blocks = matrix.reshape(rows, columns // how.block, how.block)
    scales = np.abs(blocks).max(-1, keepdims=True) / (middle - 1)
    codes = np.rint(blocks / np.where(scales == 0, 1, scales)) + middle
    return QuantisedMatrix(_pack(codes.astype(np.uint8), how.bits), scales[..., 0])


def _pack(codes: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    if bits == 8:  # noqa: PLR2004
        return codes
    low, high = codes[..., 0::2], codes[..., 1::2]
    return np.bitwise_or(low, np.left_shift(high, 4)).astype(np.uint8)
