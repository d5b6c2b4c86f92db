"""What is learned how: chosen on tune authors, docs/benchmarks.md."""

from __future__ import annotations

from plm_engine.base.config import LlamaConfig
from plm_engine.learning.learner import AdapterShape
from plm_engine.learning.training import Schedule

WINDOW = 256
"""Tokens that are read in one go."""
PROMPT_TOKENS = 16
PROMPT = Schedule(epochs=1, rate=1e-2, batch=1)
ADAPTER = Schedule(epochs=1, rate=2e-3, batch=1)
_RANK = 8
_PROJECTIONS = (
    "q_proj",
    "k_proj",
    "v_proj",
    "o_proj",
    "gate_proj",
    "up_proj",
    "down_proj",
)


def adapter_shape(config: LlamaConfig) -> AdapterShape:
    """For a base model of these dimensions."""
    return AdapterShape(rank=_RANK, projections=_PROJECTIONS, layers=tuple(range(config.layers)))
