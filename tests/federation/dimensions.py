"""Of a model that nobody has: enough to know the shapes of an adapter for it."""

from __future__ import annotations

from plm_engine.base.config import LlamaConfig

CONFIG = LlamaConfig(
    layers=2,
    hidden=32,
    heads=4,
    kv_heads=2,
    head_dim=8,
    intermediate=64,
    vocabulary=100,
    rms_epsilon=1e-5,
    rope_theta=1e4,
)
