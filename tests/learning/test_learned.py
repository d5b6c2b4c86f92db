"""What was learned survives being packed, and nothing else passes for it."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plm_engine.adapters.learned import Learned, pack, personal, unpack
from plm_engine.adapters.low_rank import AdapterError
from plm_engine.base import InstalledBase
from plm_engine.learning.job import Figures
from plm_engine.learning.judging import verdict
from plm_engine.learning.phrases import LENGTH, frequent_phrases
from tests.engine.tiny_llama import HIDDEN

NAME = "base_model.model.model.layers.1.self_attn.o_proj.lora_{}.weight"


def learned(base: InstalledBase, *, fill: float = 0.5, width: int = HIDDEN) -> Learned:
    tensors = {
        NAME.format("A"): np.full((2, HIDDEN), fill, np.float32),
        NAME.format("B"): np.full((HIDDEN, 2), fill, np.float32),
    }
    prompt = np.full((3, width), fill, np.float32)
    return Learned(base.digest, tensors, prompt, weight=0.7)


def test_a_version_comes_back_as_it_was(tiny_base: InstalledBase) -> None:
    one = learned(tiny_base)
    back = unpack(pack(one), tiny_base)
    assert (back.base, back.weight, back.shared_weight) == (one.base, one.weight, one.shared_weight)
    assert back.tensors.keys() == one.tensors.keys()
    assert back.prompt is not None
    np.testing.assert_array_equal(back.prompt, one.prompt)


def test_its_weight_is_the_adapters(tiny_base: InstalledBase) -> None:
    low_rank = personal(learned(tiny_base), tiny_base).adapter["layers.1.o"]
    np.testing.assert_allclose(low_rank.a @ low_rank.b, 0.7 * 2 * 0.25, atol=1e-6)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda base: pack(learned(base))[:-1],
        lambda base: pack(learned(base))[:20],
        lambda base: b"",
        lambda base: b"\xff" * 64,
        lambda base: pack(learned(base, fill=float("nan"))),
        lambda base: pack(learned(base, width=HIDDEN + 1)),
        lambda base: pack(Learned("another base")),
        lambda base: pack(learned(base)).replace(b"plm-learned-1", b"plm-learned-9"),
    ],
    ids=[
        "cut off",
        "only a header",
        "empty",
        "noise",
        "no numbers",
        "another width",
        "another base",
        "another format",
    ],
)
def test_what_is_no_whole_version_for_this_base_is_refused(
    tiny_base: InstalledBase, spoil: object
) -> None:
    assert callable(spoil)
    with pytest.raises(AdapterError):
        unpack(spoil(tiny_base), tiny_base)


@given(st.integers(0, 199), st.integers(1, 255))
def test_no_byte_of_the_header_can_be_changed_to_something_worse_than_refusal(
    tiny_base: InstalledBase, place: int, change: int
) -> None:
    packed = bytearray(pack(learned(tiny_base)))
    packed[place] ^= change
    with contextlib.suppress(AdapterError):
        unpack(bytes(packed), tiny_base)


def figures(bits: float, saved: float = 0.3, general: float = 1.0) -> Figures:
    return Figures(bits_per_char=bits, keystrokes_saved=saved, general_bits_per_char=general)


def test_a_version_is_kept_only_if_it_helps_and_harms_nothing() -> None:
    before = figures(1.5)
    assert verdict(before, figures(1.4), 1.0)[0]
    assert not verdict(before, figures(1.5), 1.0)[0]
    assert not verdict(before, figures(1.499), 1.0)[0]
    assert not verdict(before, figures(1.4, saved=0.25), 1.0)[0]
    assert not verdict(before, figures(1.4, general=1.03), 1.0)[0]


def test_a_prompt_begins_with_what_is_written_most() -> None:
    often, once = [5, 6, 7, 8], [9, 10, 11, 12]
    texts = [[0, *often, *once], [0, *often]]
    assert frequent_phrases(texts, LENGTH) == often
    assert frequent_phrases(texts, 2 * LENGTH)[-LENGTH:] == often
    assert len(frequent_phrases(texts, 2 * LENGTH)) == 2 * LENGTH
    assert frequent_phrases(texts, 99) == []
