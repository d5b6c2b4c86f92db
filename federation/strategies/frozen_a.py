"""What strategies have in common that share a frozen A and send B (FFA-LoRA, Sun et al., 2024)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from federation.layout import Array, Layout, Tensors
from federation.strategies.strategy import Local, State, Trainer
from plm_engine.base.config import LlamaConfig

RANK = 8
PROJECTIONS = {
    "self_attn.q_proj": ("hidden", "attention"),
    "self_attn.v_proj": ("hidden", "kv"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenA:
    """The device's half of a `Strategy`, and where it begins."""

    local: Local

    def begin(self, config: LlamaConfig, seed: int) -> State:
        """A with random orthonormal rows, B zero."""
        widths = {
            "hidden": config.hidden,
            "attention": config.heads * config.head_dim,
            "kv": config.kv_heads * config.head_dim,
        }
        random = np.random.default_rng(seed)
        tensors: dict[str, Array] = {}
        for layer in range(config.layers):
            for projection, (inputs, outputs) in PROJECTIONS.items():
                name = f"base_model.model.model.layers.{layer}.{projection}"
                columns, _ = np.linalg.qr(random.normal(size=(widths[inputs], RANK)))
                tensors[f"{name}.lora_A.weight"] = np.ascontiguousarray(columns.T, np.float32)
                tensors[f"{name}.lora_B.weight"] = np.zeros((widths[outputs], RANK), np.float32)
        return State(tensors)

    def layout(self, tensors: Tensors) -> Layout:
        """Every B."""
        return Layout.of(tensors, [name for name in tensors if ".lora_B." in name])

    def improve(self, trainer: Trainer, tensors: Tensors) -> Tensors:
        """How far local steps move every B."""
        names = frozenset(name for name, _ in self.layout(tensors).shapes)
        learned = trainer.train(tensors, names, self.local)
        return {name: learned[name] - tensors[name] for name in names}


def moved(tensors: Tensors, step: Tensors) -> dict[str, Array]:
    """The tensors with the step added."""
    return {name: value + step[name] if name in step else value for name, value in tensors.items()}
