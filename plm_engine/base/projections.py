"""The graph's adapted projections: what adapters are fed to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plm_engine.base.config import LlamaConfig

PROJECTIONS = ("qkv", "o", "gate_up", "down")
"""The adapted projections of a layer; ``layers.<i>.<projection>.lora_A`` is an input's name."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Name and dimensions of one adapted projection."""

    name: str
    inputs: int
    outputs: int


def projections(config: LlamaConfig) -> Iterator[Projection]:
    """All adapted projections in graph order."""
    attention = config.heads * config.head_dim
    packed = attention + 2 * config.kv_heads * config.head_dim
    for i in range(config.layers):
        yield Projection(f"layers.{i}.qkv", config.hidden, packed)
        yield Projection(f"layers.{i}.o", attention, config.hidden)
        yield Projection(f"layers.{i}.gate_up", config.hidden, 2 * config.intermediate)
        yield Projection(f"layers.{i}.down", config.intermediate, config.hidden)
