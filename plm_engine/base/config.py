"""The dimensions of a Llama-architecture model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LlamaConfig:
    """The dimensions of a model."""

    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocabulary: int
    rope_theta: float
    rms_epsilon: float

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)
