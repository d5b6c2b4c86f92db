"""The graph computes the Llama forward pass, with adapters and prompt exactly where they belong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plm_engine.base import InstalledBase
from plm_engine.base.projections import PROJECTIONS, projections
from plm_engine.runtime.cache import KeyValueCache
from plm_engine.runtime.session import ModelSession
from tests.engine.conftest import convert_tiny
from tests.engine.tiny_llama import HIDDEN, LAYERS, TinyLlama, vocabulary

CAPACITY = 48
tokens_of_the_tiny_model = st.lists(
    st.integers(0, len(vocabulary()) - 1), min_size=1, max_size=CAPACITY
)


@pytest.fixture(scope="module")
def session(tiny_base: InstalledBase) -> ModelSession:
    return ModelSession(tiny_base, threads=1)


def everything(tokens: list[int]) -> range:
    return range(len(tokens))


@settings(max_examples=25, deadline=None)
@given(tokens=tokens_of_the_tiny_model)
def test_logits_equal_the_reference(
    tiny: TinyLlama, session: ModelSession, tokens: list[int]
) -> None:
    logits = session.new_cache(CAPACITY).read(tokens, wanted=everything(tokens))
    np.testing.assert_allclose(logits, tiny.logits(tokens), atol=2e-4)


@settings(max_examples=25, deadline=None)
@given(tokens=tokens_of_the_tiny_model, data=st.data())
def test_reading_in_pieces_equals_reading_at_once(
    session: ModelSession, tokens: list[int], data: st.DataObject
) -> None:
    whole = session.new_cache(CAPACITY).read(tokens)[0].copy()
    cache, rest = session.new_cache(CAPACITY), tokens
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        last = cache.read(rest[:size])[0]
        rest = rest[size:]
    np.testing.assert_allclose(last, whole, atol=2e-4)


@settings(max_examples=25, deadline=None)
@given(first=tokens_of_the_tiny_model, second=tokens_of_the_tiny_model)
def test_a_truncated_cache_remembers_nothing_of_what_came_after(
    session: ModelSession, first: list[int], second: list[int]
) -> None:
    cache = session.new_cache(CAPACITY)
    cache.read(first)
    cache.seek(second[:-1])
    continued = cache.read(second[len(cache.tokens) :])[0]
    np.testing.assert_allclose(continued, session.new_cache(CAPACITY).read(second)[0], atol=2e-4)


def test_logits_come_only_for_wanted_positions(session: ModelSession) -> None:
    tokens = [5, 6, 7, 8]
    every = session.new_cache(CAPACITY).read(tokens, wanted=everything(tokens)).copy()
    some = session.new_cache(CAPACITY).read(tokens, wanted=[2, 0])
    np.testing.assert_allclose(some, every[[2, 0]], atol=1e-5)


def test_a_full_cache_refuses_more(session: ModelSession) -> None:
    cache = session.new_cache(4)
    cache.read([1, 2, 3])
    with pytest.raises(ValueError, match="no room"):
        cache.read([4, 5])
    assert cache.tokens == [1, 2, 3]


def test_an_adapter_adds_its_product_to_the_weights(tiny: TinyLlama, session: ModelSession) -> None:
    tokens = [3, 1, 4, 1, 5, 9]
    cache = session.new_cache(CAPACITY)
    changed = TinyLlama(tiny.weights, changes=bind_random_adapter(session, cache, rank=3))
    logits = cache.read(tokens, wanted=everything(tokens))
    np.testing.assert_allclose(logits, changed.logits(tokens), atol=5e-4)
    assert np.abs(changed.logits(tokens) - tiny.logits(tokens)).max() > 0.1


def bind_random_adapter(
    session: ModelSession, cache: KeyValueCache, rank: int
) -> dict[str, np.ndarray]:
    """Bind A and B for every projection; return the changes ``[out, in]`` that they stand for."""
    rng = np.random.default_rng(1)
    parts = {
        "qkv": ("attn_q", "attn_k", "attn_v"),
        "o": ("attn_output",),
        "gate_up": ("ffn_gate", "ffn_up"),
        "down": ("ffn_down",),
    }
    changes = {}
    for projection in projections(session.config):
        _, layer, kind = projection.name.split(".")
        a = rng.normal(0, 0.1, (projection.inputs, rank)).astype(np.float32)
        b = rng.normal(0, 0.1, (rank, projection.outputs)).astype(np.float32)
        cache.bind(f"{projection.name}.lora_A", a)
        cache.bind(f"{projection.name}.lora_B", b)
        change, row = (a @ b).T.astype(np.float64), 0
        for part in parts[kind]:
            name = f"blk.{layer}.{part}"
            rows = TinyLlama.random().weights[name].shape[0]
            changes[name] = change[row : row + rows]
            row += rows
    return changes


def test_every_projection_takes_an_adapter(session: ModelSession) -> None:
    assert len(list(projections(session.config))) == LAYERS * len(PROJECTIONS)


def test_a_prompt_stands_before_the_text_like_embeddings_of_tokens(
    tiny: TinyLlama, session: ModelSession
) -> None:
    """Prompt tuning (Lester et al. 2021): p virtual tokens, read once, at the head of the cache."""
    prompt = np.random.default_rng(2).normal(0, 1, (5, HIDDEN)).astype(np.float32)
    text = [7, 8, 9]
    cache = session.new_cache(CAPACITY)
    cache.read_prompt(prompt)
    logits = cache.read(text, wanted=everything(text))
    embedded = np.concatenate([prompt.astype(np.float64), tiny.weights["token_embd"][text]])
    np.testing.assert_allclose(logits, tiny.logits_of(embedded)[5:], atol=5e-4)


def test_quantised_conversion_stays_close(tiny: TinyLlama, tmp_path: Path) -> None:
    from plm_engine.base.convert import convert
    from plm_engine.base.quantise import SHIPPED

    gguf = tiny.write_gguf(tmp_path / "tiny.gguf")
    base = convert(gguf, tmp_path / "q", name="tiny", licence="none", how=SHIPPED)
    tokens = [3, 1, 4, 1, 5, 9, 2, 6]
    cache = ModelSession(base, threads=1).new_cache(CAPACITY)
    logits = cache.read(tokens, wanted=everything(tokens))
    exact = tiny.logits(tokens)
    assert np.abs(logits - exact).max() < 0.1 * np.abs(exact).max()


def test_conversion_is_deterministic(tiny: TinyLlama, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = convert_tiny(tiny, tmp_path / "one").manifest["files"]
    assert convert_tiny(tiny, tmp_path / "two").manifest["files"] == first
