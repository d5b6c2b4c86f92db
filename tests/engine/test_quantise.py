"""Block-wise quantisation: how far off at most, and exact where the source was stored this way."""

from __future__ import annotations

import numpy as np
import pytest
from gguf import GGMLQuantizationType, dequantize, quantize
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from plm_engine.base.errors import BaseModelError
from plm_engine.base.quantise import Quantisation, QuantisedMatrix, quantise

matrices = arrays(np.float32, (3, 128), elements=st.floats(-1e3, 1e3, width=32))
formats = st.sampled_from(
    [Quantisation(8, 32), Quantisation(8, 64), Quantisation(4, 32), Quantisation(4, 64)]
)


def restored(matrix: QuantisedMatrix, how: Quantisation) -> NDArray[np.float32]:
    """The documented meaning of codes and scales."""
    codes = matrix.codes
    if how.bits == 4:
        codes = np.stack([codes & 15, codes >> 4], axis=-1).reshape(*codes.shape[:2], how.block)
    centred = codes.astype(np.float32) - 2 ** (how.bits - 1)
    weights: NDArray[np.float32] = (centred * matrix.scales[..., None]).reshape(len(codes), -1)
    return weights


@given(matrix=matrices, how=formats)
def test_no_weight_is_off_by_more_than_half_a_step(
    matrix: NDArray[np.float32], how: Quantisation
) -> None:
    quantised = quantise(matrix, how)
    steps = np.repeat(quantised.scales, how.block, axis=1)
    error = np.abs(restored(quantised, how) - matrix)
    assert (error <= steps * 0.5001 + 1e-30).all()


@given(matrix=matrices)
def test_what_was_stored_in_eight_bits_comes_out_exactly(matrix: NDArray[np.float32]) -> None:
    stored = dequantize(quantize(matrix, GGMLQuantizationType.Q8_0), GGMLQuantizationType.Q8_0)
    how = Quantisation(8, 32)
    np.testing.assert_allclose(restored(quantise(stored, how), how), stored, rtol=1e-6)


def test_a_matrix_that_does_not_fit_the_blocks_is_refused() -> None:
    with pytest.raises(BaseModelError, match="100 columns"):
        quantise(np.zeros((2, 100), np.float32), Quantisation(8, 64))
