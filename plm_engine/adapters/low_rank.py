"""peft's adapters as inputs of the graph, alone or fused with each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plm_engine.base.config import LlamaConfig
from plm_engine.base.projections import projections
from plm_engine.runtime.personal import LowRank

Array = NDArray[np.float32]
Adapter = Mapping[str, LowRank]
"""By projection of the graph: ``layers.3.qkv``."""

_NAME = re.compile(
    r"base_model\.model\.model\.layers\.(\d+)\.(?:self_attn|mlp)\.(\w+)_proj"
    r"\.lora_(A|B)\.weight"
)


_ANOTHER_BASE = "the adapter was made for another base model"


class AdapterError(ValueError):
    """Why an adapter cannot be used: one line for the user."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The columns of a packed projection that belong to one of peft's."""

    packed: str
    first: int
    last: int


def from_peft(tensors: Mapping[str, Array], scaling: float, config: LlamaConfig) -> Adapter:
    """Pack ``lora_A [rank, in]`` and ``lora_B [out, rank]`` of q, k, v, o, gate, up and down.

    ``scaling`` is ``lora_alpha / r``. Raises `AdapterError` for anything that is not such a pair,
    or does not fit the model.
    """
    packer = _Packer(config)
    pairs: dict[tuple[int, str], dict[str, Array]] = {}
    for name, tensor in tensors.items():
        match = _NAME.fullmatch(name)
        if not match:
            raise AdapterError("the adapter changes something that PLM does not adapt")
        layer, kind, side = int(match[1]), match[2], match[3]
        pairs.setdefault((layer, kind), {})[side] = np.asarray(tensor, np.float32)
    packed: dict[str, list[LowRank]] = {}
    for (layer, kind), pair in sorted(pairs.items()):
        name, low_rank = packer.pack(layer, kind, pair, scaling)
        packed.setdefault(name, []).append(low_rank)
    return {name: stacked(parts) for name, parts in packed.items()}


def fuse(parts: Iterable[tuple[float, Adapter]]) -> Adapter:
    """The weighted sum of the adapters' products, exactly: ranks are stacked, not averaged."""
    found: dict[str, list[LowRank]] = {}
    for weight, adapter in parts:
        for name, low_rank in adapter.items():
            if weight:
                scaled = LowRank(low_rank.a, low_rank.b * np.float32(weight))
                found.setdefault(name, []).append(scaled)
    return {name: stacked(parts) for name, parts in found.items()}


def stacked(parts: list[LowRank]) -> LowRank:
    """One pair whose product is the sum of the pairs' products."""
    return LowRank(
        np.ascontiguousarray(np.concatenate([part.a for part in parts], 1)),
        np.ascontiguousarray(np.concatenate([part.b for part in parts], 0)),
    )


class _Packer:
    """Puts peft's projections into those of the graph, which packs q, k, v and gate, up."""

    def __init__(self, config: LlamaConfig) -> None:
        self._places = {projection.name: projection for projection in projections(config)}
        attention = config.heads * config.head_dim
        kv = config.kv_heads * config.head_dim
        self._parts = {
            "q": _Part("qkv", 0, attention),
            "k": _Part("qkv", attention, attention + kv),
            "v": _Part("qkv", attention + kv, attention + 2 * kv),
            "o": _Part("o", 0, config.hidden),
            "gate": _Part("gate_up", 0, config.intermediate),
            "up": _Part("gate_up", config.intermediate, 2 * config.intermediate),
            "down": _Part("down", 0, config.hidden),
        }

    def pack(
        self, layer: int, kind: str, pair: Mapping[str, Array], scaling: float
    ) -> tuple[str, LowRank]:
        """The graph's projection, and the pair as wide as that."""
        part = self._parts.get(kind)
        name = f"layers.{layer}.{part.packed}" if part else ""
        if part is None or name not in self._places or pair.keys() != {"A", "B"}:
            raise AdapterError(_ANOTHER_BASE)
        projection = self._places[name]
        a, b = pair["A"].T, pair["B"].T * np.float32(scaling)
        is_wide = b.shape[1] == part.last - part.first
        if not is_wide or a.shape != (projection.inputs, b.shape[0]):
            raise AdapterError(_ANOTHER_BASE)
        wide = np.zeros((b.shape[0], projection.outputs), np.float32)
        wide[:, part.first : part.last] = b
        return name, LowRank(np.ascontiguousarray(a), wide)
