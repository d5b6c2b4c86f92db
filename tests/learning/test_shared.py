"""An adapter that many people share: installed as peft saves it, fused with one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from plm_engine.adapters.learned import Learned, personal
from plm_engine.adapters.low_rank import AdapterError
from plm_engine.adapters.shared import install_shared, read_shared
from plm_engine.base import InstalledBase
from plm_engine.learning.learner import AdapterShape
from tests.engine.tiny_llama import HIDDEN

NAME = "base_model.model.model.layers.1.self_attn.o_proj.lora_{}.weight"
PLAIN = {"r": 2, "lora_alpha": 4}


def tensors(fill: float = 0.5, inputs: int = HIDDEN) -> dict[str, Any]:
    return {
        NAME.format("A"): np.full((2, inputs), fill, np.float32),
        NAME.format("B"): np.full((HIDDEN, 2), fill, np.float32),
    }


def saved(folder: Path, config: dict[str, Any], weights: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps(config))
    save_file(weights, folder / "adapter_model.safetensors")
    return folder


def test_it_is_scaled_as_peft_scales_it(tiny_base: InstalledBase, tmp_path: Path) -> None:
    file = tmp_path / "shared"
    install_shared(saved(tmp_path / "adapter", PLAIN, tensors()), file, tiny_base)
    shared = read_shared(file, tiny_base)
    assert shared is not None
    low_rank = shared["layers.1.o"]
    np.testing.assert_allclose(low_rank.a @ low_rank.b, 4 / 2 * 2 * 0.25, atol=1e-6)


def test_both_adapters_speak_with_their_weights(tiny_base: InstalledBase, tmp_path: Path) -> None:
    file = tmp_path / "shared"
    install_shared(saved(tmp_path / "adapter", PLAIN, tensors()), file, tiny_base)
    learned = Learned(tiny_base.digest, tensors(), weight=0.3, shared_weight=0.5)
    fused = personal(learned, tiny_base, read_shared(file, tiny_base)).adapter["layers.1.o"]
    expected = 0.3 * 2 * 0.25 + 0.5 * (4 / 2) * 2 * 0.25
    np.testing.assert_allclose(fused.a @ fused.b, expected, atol=1e-6)


def test_without_one_there_is_none(tiny_base: InstalledBase, tmp_path: Path) -> None:
    assert read_shared(tmp_path / "shared", tiny_base) is None


@pytest.mark.parametrize(
    ("config", "weights"),
    [
        ({"r": 2}, tensors()),
        ({"r": 0, "lora_alpha": 4}, tensors()),
        (PLAIN | {"use_dora": True}, tensors()),
        (PLAIN, tensors(float("nan"))),
        (PLAIN, tensors(inputs=HIDDEN + 1)),
        (PLAIN, {"model.norm.weight": np.ones(HIDDEN, np.float32)}),
    ],
    ids=["no alpha", "no rank", "dora", "not finite", "another base", "no adapter"],
)
def test_what_does_not_fit_leaves_what_was_installed(
    tiny_base: InstalledBase, tmp_path: Path, config: dict[str, Any], weights: dict[str, Any]
) -> None:
    file = tmp_path / "shared"
    install_shared(saved(tmp_path / "good", PLAIN, tensors()), file, tiny_base)
    installed = file.read_bytes()
    with pytest.raises(AdapterError):
        install_shared(saved(tmp_path / "bad", config, weights), file, tiny_base)
    assert file.read_bytes() == installed


def test_a_damaged_file_is_not_used(tiny_base: InstalledBase, tmp_path: Path) -> None:
    file = tmp_path / "shared"
    install_shared(saved(tmp_path / "adapter", PLAIN, tensors()), file, tiny_base)
    packed = file.read_bytes()
    for spoiled in (
        packed[:-1],
        b"",
        packed.replace(tiny_base.digest.encode(), b"0" * len(tiny_base.digest)),
    ):
        file.write_bytes(spoiled)
        with pytest.raises(AdapterError):
            read_shared(file, tiny_base)


def test_an_adapter_of_another_shape_goes_on_learning_in_its_own() -> None:
    shape = AdapterShape.of(tensors())
    assert shape == AdapterShape(rank=2, projections=("o_proj",), layers=(1,))
