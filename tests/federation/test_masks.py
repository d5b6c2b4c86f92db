"""Masks look like noise, are the same for both who know the seed, and go away without a trace."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.secure_sum.errors import Phase
from federation.secure_sum.masks import Vector, add_mask, dtype_of, remove_mask
from federation.secure_sum.messages import MaskedInput, Signed, decode, decode_body
from tests.federation.whole_round import new_round

KEYSTREAM = bytes.fromhex("76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7")
"""RFC 8439, appendix A.1, first vector: key, nonce and counter zero."""


@pytest.mark.parametrize("bits", [32, 64])
def test_the_generator_is_chacha20(bits: int) -> None:
    vector = np.zeros(256 // bits, dtype_of(bits))
    add_mask(vector, bytes(32))
    assert vector.tobytes() == KEYSTREAM


@given(
    seed=st.binary(min_size=32, max_size=32),
    length=st.sampled_from([1, 7, 2**15, 2**16, 2**16 + 1, 200_003]),
    bits=st.sampled_from([32, 64]),
)
def test_what_is_added_can_be_removed(seed: bytes, length: int, bits: int) -> None:
    vector = np.arange(length, dtype=dtype_of(bits))
    add_mask(vector, seed)
    assert length < 7 or (vector != np.arange(length)).any()
    remove_mask(vector, seed)
    assert (vector == np.arange(length)).all()


def test_a_long_mask_begins_as_a_short_one_and_never_repeats() -> None:
    short, long = np.zeros(2**15, np.uint32), np.zeros(2**18, np.uint32)
    add_mask(short, b"s" * 32)
    add_mask(long, b"s" * 32)
    assert (long[: len(short)] == short).all()
    assert len({piece.tobytes() for piece in np.split(long, 16)}) == 16


def test_ten_million_integers_take_well_under_a_second() -> None:
    vector = np.zeros(10_000_000, np.uint32)
    began = time.perf_counter()
    add_mask(vector, bytes(32))
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("bits", [32, 64])
def test_a_masked_vector_has_nothing_of_the_vector(bits: int) -> None:
    length = 200_000
    sent: dict[str, Vector] = {}

    def listen(phase: Phase, node: str, frame: bytes, is_up: bool) -> bytes:
        if phase is Phase.MASK and is_up:
            body = decode(frame, Signed, 10**8).body
            sent[node] = np.frombuffer(decode_body(body, MaskedInput).vector, dtype_of(bits))
        return frame

    whole = new_round(3, length, bits=bits, tamper=listen)
    wave = np.rint(1_000 * np.sin(np.arange(length) / 100)).astype(np.int64)
    whole.vectors = {node: wave.astype(dtype_of(bits)) for node in whole.members}
    total = whole.run().vector
    assert (total == (3 * wave).astype(dtype_of(bits))).all()
    for masked in sent.values():
        assert abs(np.corrcoef(wave, masked.astype(np.float64))[0, 1]) <= 0.01
        assert abs(np.corrcoef(wave, masked.view(f"<i{bits // 8}"))[0, 1]) <= 0.01
        assert np.unpackbits(masked.view(np.uint8)).mean() == pytest.approx(0.5, abs=0.01)
    one, other, _ = sent.values()
    assert abs(np.corrcoef(one.astype(np.float64), other.astype(np.float64))[0, 1]) <= 0.01
