"""What torch learns is what ONNX Runtime serves."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from plm_engine.adapters.low_rank import AdapterError, from_peft, fuse
from plm_engine.base import InstalledBase
from plm_engine.learning.base import load_base
from plm_engine.learning.learner import AdapterShape, Learner
from plm_engine.runtime.personal import NOTHING_LEARNED, LowRank, Personal
from plm_engine.runtime.session import ModelSession
from tests.engine.tiny_llama import HIDDEN, LAYERS

TOKENS = [3, 1, 4, 1, 5, 9, 2, 6]
EVERY = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
Array = NDArray[np.float32]


def shape(projections: tuple[str, ...] = EVERY) -> AdapterShape:
    return AdapterShape(rank=3, projections=projections, layers=tuple(range(LAYERS)))


def random_adapter(learner: Learner) -> dict[str, Array]:
    """Both factors at random: peft begins with B zero, which would prove nothing."""
    rng = np.random.default_rng(4)
    return {
        name: rng.normal(0, 0.2, value.shape).astype(np.float32)
        for name, value in learner.adapter_tensors().items()
    }


def learner_with(
    base: InstalledBase, *, adapter: bool = False, prompt: Array | None = None
) -> tuple[Learner, dict[str, Array]]:
    learner = Learner(load_base(base))
    tensors: dict[str, Array] = {}
    if adapter:
        learner.add_adapter(shape(), {})
        tensors = random_adapter(learner)
        learner = Learner(load_base(base))
        learner.add_adapter(shape(), tensors)
    if prompt is not None:
        learner.add_prompt(prompt)
    return learner, tensors


def nats_in_torch(learner: Learner) -> float:
    tokens = torch.tensor([TOKENS])
    with torch.no_grad():
        return float(learner(tokens, torch.ones_like(tokens, dtype=torch.float32)))


def nats_served(base: InstalledBase, personal: Personal) -> float:
    cache = ModelSession(base, threads=1).new_cache(len(TOKENS), personal)
    logits = cache.read(TOKENS[:-1], wanted=range(len(TOKENS) - 1)).astype(np.float64)
    chances = np.exp(logits - logits.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    return float(-np.log(chances[np.arange(len(TOKENS) - 1), TOKENS[1:]]).mean())


def test_the_base_is_the_one_that_is_served(tiny_base: InstalledBase) -> None:
    learner, _ = learner_with(tiny_base)
    assert nats_in_torch(learner) == pytest.approx(
        nats_served(tiny_base, NOTHING_LEARNED), abs=1e-4
    )


def test_an_adapter_is_served_as_it_was_learned(tiny_base: InstalledBase) -> None:
    learner, tensors = learner_with(tiny_base, adapter=True)
    personal = Personal(from_peft(tensors, 1.0, tiny_base.config))
    assert nats_in_torch(learner) == pytest.approx(nats_served(tiny_base, personal), abs=1e-3)
    assert abs(nats_in_torch(learner) - nats_served(tiny_base, NOTHING_LEARNED)) > 0.1


def test_a_prompt_is_served_as_it_was_learned(tiny_base: InstalledBase) -> None:
    prompt = np.random.default_rng(5).normal(0, 1, (4, HIDDEN)).astype(np.float32)
    learner, tensors = learner_with(tiny_base, adapter=True, prompt=prompt)
    personal = Personal(from_peft(tensors, 1.0, tiny_base.config), prompt)
    assert nats_in_torch(learner) == pytest.approx(nats_served(tiny_base, personal), abs=1e-3)


def test_only_what_is_asked_to_learns(tiny_base: InstalledBase) -> None:
    prompt = np.zeros((2, HIDDEN), np.float32)
    learner, _ = learner_with(tiny_base, adapter=True, prompt=prompt)
    assert list(learner.learning()) == []
    learner.learn_prompt()
    assert [value.shape for value in learner.learning()] == [(2, HIDDEN)]
    other, tensors = learner_with(tiny_base, adapter=True, prompt=prompt)
    other.learn_adapter()
    assert len(list(other.learning())) == len(tensors)


def test_fused_adapters_add_up_in_product_space() -> None:
    rng = np.random.default_rng(6)
    one, other = (
        {"layers.0.o": LowRank(*(rng.normal(0, 1, (5, 5)).astype(np.float32) for _ in "ab"))}
        for _ in range(2)
    )
    fused = fuse([(0.5, one), (2.0, other)])["layers.0.o"]
    expected = 0.5 * one["layers.0.o"].a @ one["layers.0.o"].b
    expected += 2 * other["layers.0.o"].a @ other["layers.0.o"].b
    np.testing.assert_allclose(fused.a @ fused.b, expected, atol=1e-4)


def test_an_adapter_of_weight_nothing_is_left_out() -> None:
    low_rank = LowRank(np.ones((2, 1), np.float32), np.ones((1, 2), np.float32))
    assert fuse([(0.0, {"layers.0.o": low_rank})]) == {}


@pytest.mark.parametrize(
    "damage",
    [
        lambda name: name.replace("layers.0", "layers.7"),
        lambda name: name.replace("o_proj", "w_proj"),
        lambda name: name.replace("lora_A", "lora_embedding_A"),
    ],
    ids=["a layer too many", "an unknown projection", "an unknown part"],
)
def test_an_adapter_for_something_else_is_refused(tiny_base: InstalledBase, damage: object) -> None:
    assert callable(damage)
    _, tensors = learner_with(tiny_base, adapter=True)
    other = {damage(name): value for name, value in tensors.items()}
    with pytest.raises(AdapterError):
        from_peft(other, 1.0, tiny_base.config)


def test_an_adapter_of_another_width_is_refused(tiny_base: InstalledBase) -> None:
    _, tensors = learner_with(tiny_base, adapter=True)
    narrow = {name: value[:, :-1] if "lora_A" in name else value for name, value in tensors.items()}
    with pytest.raises(AdapterError):
        from_peft(narrow, 1.0, tiny_base.config)


def test_the_session_refuses_what_does_not_fit(tiny_base: InstalledBase) -> None:
    session = ModelSession(tiny_base, threads=1)
    low_rank = LowRank(np.zeros((3, 1), np.float32), np.zeros((1, 3), np.float32))
    with pytest.raises(ValueError, match="does not fit"):
        session.new_cache(8, Personal({"layers.0.o": low_rank}))
    with pytest.raises(ValueError, match="does not fit"):
        session.new_cache(8, Personal({"layers.9.o": low_rank}))
