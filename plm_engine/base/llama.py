"""A Llama-architecture model as named float32 matrices, read from GGUF.

Matrices are ``[out, in]`` in Hugging Face's layout, so that adapters trained with peft line up
with them row by row.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFReader, dequantize
from numpy.typing import NDArray

from plm_engine.base.config import LlamaConfig
from plm_engine.base.errors import BaseModelError

Array = NDArray[np.float32]


class GGUFModel:
    """Weights, dimensions and tokeniser data of one GGUF file, de-quantised on demand."""

    def __init__(self, path: Path) -> None:
        try:
            self._reader = GGUFReader(path)
        except (ValueError, OSError, IndexError) as error:
            raise BaseModelError(f"{path.name} is not a readable GGUF file") from error
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}
        if self.field("general.architecture") != "llama" or "rope_freqs.weight" in self._tensors:
            raise BaseModelError(f"{path.name} is not of a supported architecture (plain Llama)")
        self.config = self._read_config()

    def field(self, name: str) -> Any:
        """One metadata value; None if it is absent."""
        field = self._reader.fields.get(name)
        return None if field is None else field.contents()

    def tensor(self, name: str) -> Array:
        """One tensor in float32, a matrix as ``[out, in]``."""
        tensor = self._tensors[name]
        return np.asarray(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32)

    def query(self, layer: int) -> Array:
        """The query projection with rotary halves in Hugging Face's order."""
        return _halves(self.tensor(f"blk.{layer}.attn_q.weight"), self.config.heads)

    def key(self, layer: int) -> Array:
        """The key projection with rotary halves in Hugging Face's order."""
        return _halves(self.tensor(f"blk.{layer}.attn_k.weight"), self.config.kv_heads)

    def output(self) -> Array:
        """The output matrix, which is the embedding where the two are tied."""
        tied = "output.weight" not in self._tensors
        return self.tensor("token_embd.weight" if tied else "output.weight")

    def _read_config(self) -> LlamaConfig:
        heads = int(self.field("llama.attention.head_count"))
        hidden = int(self.field("llama.embedding_length"))
        return LlamaConfig(
            hidden=hidden,
            layers=int(self.field("llama.block_count")),
            heads=heads,
            kv_heads=int(self.field("llama.attention.head_count_kv") or heads),
            head_dim=int(self.field("llama.rope.dimension_count") or hidden // heads),
            intermediate=int(self.field("llama.feed_forward_length")),
            vocabulary=self._tensors["token_embd.weight"].data.shape[0],
            rope_theta=float(self.field("llama.rope.freq_base") or 10_000.0),
            rms_epsilon=float(self.field("llama.attention.layer_norm_rms_epsilon")),
        )


def _halves(matrix: Array, heads: int) -> Array:
    """Undo GGUF's interleaving of each head's rotary pairs: even rows first, then odd rows."""
    rows, columns = matrix.shape
    pairs = matrix.reshape(heads, rows // heads // 2, 2, columns)
    return pairs.swapaxes(1, 2).reshape(rows, columns)
