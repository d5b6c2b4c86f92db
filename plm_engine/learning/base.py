"""The base model in torch: the very weights that are served, taken out of the converted graph."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import LlamaConfig as TransformersConfig
from transformers import LlamaForCausalLM

from plm_engine.base.config import LlamaConfig
from plm_engine.base.installed import InstalledBase

_MIDDLE = 128
Array = NDArray[np.float32]


def load_base(base: InstalledBase) -> LlamaForCausalLM:
    """The base model, frozen, in float32."""
    with torch.device("meta"):
        model = LlamaForCausalLM(_transformers_config(base.config))
    weights = {name: torch.from_numpy(value) for name, value in _weights(base)}
    if "lm_head.weight" not in weights:
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    model.load_state_dict(weights, assign=True)
    model.model.rotary_emb = type(model.model.rotary_emb)(model.config)
    model.requires_grad_(False)
    model.train(False)
    return model


def _transformers_config(config: LlamaConfig) -> TransformersConfig:
    return TransformersConfig(
        vocab_size=config.vocabulary,
        hidden_size=config.hidden,
        intermediate_size=config.intermediate,
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        num_key_value_heads=config.kv_heads,
        head_dim=config.head_dim,
        rms_norm_eps=config.rms_epsilon,
        rope_parameters={"rope_type": "default", "rope_theta": config.rope_theta},
        tie_word_embeddings=True,
        use_cache=False,
    )


def _weights(base: InstalledBase) -> Iterator[tuple[str, Array]]:
    """Named as in transformers; matrices are ``[out, in]``."""
    graph = onnx.load(str(base.graph)).graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    config = base.config

    def plain(name: str) -> Array:
        return np.array(numpy_helper.to_array(tensors[name]), np.float32)

    def matrix(name: str) -> Array:
        if f"{name}.codes" in tensors:
            return _dequantised(plain(f"{name}.codes"), plain(f"{name}.scales"))
        return np.ascontiguousarray(plain(f"{name}.weight").T)

    is_exact = "embedding" in tensors
    embedding = plain("embedding") if is_exact else matrix("embedding")
    yield "model.embed_tokens.weight", embedding
    output = matrix("output")
    if not np.array_equal(output, embedding):  # else the two are tied
        yield "lm_head.weight", output
    del output
    yield "model.norm.weight", plain("output_norm.weight")
    attention, kv = config.heads * config.head_dim, config.kv_heads * config.head_dim
    for i in range(config.layers):
        source, layer = f"layers.{i}", f"model.layers.{i}"
        query, key, value = np.split(matrix(f"{source}.qkv"), [attention, attention + kv])
        gate, up = np.split(matrix(f"{source}.gate_up"), 2)
        yield f"{layer}.self_attn.q_proj.weight", query
        yield f"{layer}.self_attn.k_proj.weight", key
        yield f"{layer}.self_attn.v_proj.weight", value
        yield f"{layer}.self_attn.o_proj.weight", matrix(f"{source}.o")
        yield f"{layer}.mlp.gate_proj.weight", gate
        yield f"{layer}.mlp.up_proj.weight", up
        yield f"{layer}.mlp.down_proj.weight", matrix(f"{source}.down")
        yield f"{layer}.input_layernorm.weight", plain(f"blk.{i}.attn_norm.weight")
        yield f"{layer}.post_attention_layernorm.weight", plain(f"blk.{i}.ffn_norm.weight")


def _dequantised(codes: Array, scales: Array) -> Array:
    """``[out, in]`` from codes ``[out, …]`` and scales ``[out, blocks]``."""
    rows, blocks = len(codes), scales.reshape(len(codes), -1)
    values = codes.reshape(rows, blocks.shape[1], -1) - _MIDDLE
    return np.ascontiguousarray((values * blocks[:, :, None]).reshape(rows, -1))
