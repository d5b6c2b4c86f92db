"""A random Llama small enough to compute by hand: written as GGUF, and as plain NumPy.

The NumPy forward pass follows the papers (RMSNorm: Zhang & Sennrich 2019; RoPE: Su et al. 2021;
grouped-query attention: Ainslie et al. 2023; SwiGLU: Shazeer 2020), not our graph.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from plm_engine.completion.vocabulary import byte_alphabet

Matrix = NDArray[np.float64]

HIDDEN, LAYERS, HEADS, KV_HEADS, HEAD_DIM, INTERMEDIATE = 64, 2, 4, 2, 16, 128
THETA, EPSILON = 10_000.0, 1e-5
MERGES = ("Ġ t", "Ġt h", "Ġth e", "h e", "Ġ w", "Ġw o", "o u", "l d", "ou ld", "Ġw ould")
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def vocabulary() -> list[str]:
    """Special tokens, the 256 bytes, and the merged words."""
    return [*SPECIAL, *sorted(byte_alphabet()), *(merge.replace(" ", "") for merge in MERGES)]


@dataclass
class TinyLlama:
    """Weights ``[out, in]`` in Hugging Face's layout, and low-rank changes to add to them."""

    weights: dict[str, Matrix]
    changes: dict[str, Matrix] = field(default_factory=dict)

    @classmethod
    def random(cls, seed: int = 0) -> TinyLlama:
        """Weights of a size that keeps activations around one."""
        rng = np.random.default_rng(seed)
        attention, kv = HEADS * HEAD_DIM, KV_HEADS * HEAD_DIM
        shapes = {"token_embd": (len(vocabulary()), HIDDEN)}
        for i in range(LAYERS):
            shapes |= {
                f"blk.{i}.attn_q": (attention, HIDDEN),
                f"blk.{i}.attn_k": (kv, HIDDEN),
                f"blk.{i}.attn_v": (kv, HIDDEN),
                f"blk.{i}.attn_output": (HIDDEN, attention),
                f"blk.{i}.ffn_gate": (INTERMEDIATE, HIDDEN),
                f"blk.{i}.ffn_up": (INTERMEDIATE, HIDDEN),
                f"blk.{i}.ffn_down": (HIDDEN, INTERMEDIATE),
            }
        weights = {n: rng.normal(0, shape[1] ** -0.5, shape) for n, shape in shapes.items()}
        norms = [f"blk.{i}.{kind}_norm" for i in range(LAYERS) for kind in ("attn", "ffn")]
        weights |= {name: rng.uniform(0.5, 1.5, HIDDEN) for name in [*norms, "output_norm"]}
        return cls({name: w.astype(np.float32).astype(np.float64) for name, w in weights.items()})

    def write_gguf(self, path: Path) -> Path:
        """As llama.cpp's converter writes it: rotary pairs of q and k interleaved."""
        writer = gguf.GGUFWriter(path, "llama")
        writer.add_block_count(LAYERS)
        writer.add_embedding_length(HIDDEN)
        writer.add_feed_forward_length(INTERMEDIATE)
        writer.add_head_count(HEADS)
        writer.add_head_count_kv(KV_HEADS)
        writer.add_rope_dimension_count(HEAD_DIM)
        writer.add_rope_freq_base(THETA)
        writer.add_layer_norm_rms_eps(EPSILON)
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("smollm")
        writer.add_token_list(vocabulary())
        kinds = [3 if token in SPECIAL else 1 for token in vocabulary()]
        writer.add_token_types(kinds)
        writer.add_token_merges(list(MERGES))
        for name, weight in self.weights.items():
            heads = {"q": HEADS, "k": KV_HEADS}.get(name.rpartition("attn_")[2], 0)
            stored = _interleave(weight, heads) if heads else weight
            writer.add_tensor(f"{name}.weight", np.ascontiguousarray(stored, np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    def logits(self, tokens: list[int]) -> Matrix:
        """``[tokens, vocabulary]``."""
        return self.logits_of(self.weights["token_embd"][tokens])

    def logits_of(self, x: Matrix) -> Matrix:
        """The same for embeddings ``[tokens, hidden]``."""
        for i in range(LAYERS):
            x = x + self._attention(i, _rms(x, self.weights[f"blk.{i}.attn_norm"]))
            x = x + self._mlp(i, _rms(x, self.weights[f"blk.{i}.ffn_norm"]))
        return _rms(x, self.weights["output_norm"]) @ self.weights["token_embd"].T

    def _weight(self, name: str) -> Matrix:
        change = self.changes.get(name)
        return self.weights[name] if change is None else self.weights[name] + change

    def _attention(self, i: int, x: Matrix) -> Matrix:
        q = _rotate((x @ self._weight(f"blk.{i}.attn_q").T).reshape(len(x), HEADS, HEAD_DIM))
        k = _rotate((x @ self._weight(f"blk.{i}.attn_k").T).reshape(len(x), KV_HEADS, HEAD_DIM))
        v = (x @ self._weight(f"blk.{i}.attn_v").T).reshape(len(x), KV_HEADS, HEAD_DIM)
        future = np.triu(np.full((len(x), len(x)), -np.inf), 1)
        heads = []
        for head in range(HEADS):
            shared = head // (HEADS // KV_HEADS)
            scores = q[:, head] @ k[:, shared].T / np.sqrt(HEAD_DIM) + future
            weights = np.exp(scores - scores.max(-1, keepdims=True))
            heads.append(weights / weights.sum(-1, keepdims=True) @ v[:, shared])
        attended: Matrix = np.concatenate(heads, -1) @ self._weight(f"blk.{i}.attn_output").T
        return attended

    def _mlp(self, i: int, x: Matrix) -> Matrix:
        gate = x @ self._weight(f"blk.{i}.ffn_gate").T
        up = x @ self._weight(f"blk.{i}.ffn_up").T
        gated = gate / (1 + np.exp(-gate)) * up
        down: Matrix = gated @ self._weight(f"blk.{i}.ffn_down").T
        return down


def _rms(x: Matrix, gamma: Matrix) -> Matrix:
    normed: Matrix = x / np.sqrt((x**2).mean(-1, keepdims=True) + EPSILON) * gamma
    return normed


def _rotate(x: Matrix) -> Matrix:
    half = HEAD_DIM // 2
    angles = np.outer(np.arange(len(x)), THETA ** (-np.arange(half) / half))[:, None]
    first, second = x[..., :half], x[..., half:]
    cos, sin = np.cos(angles), np.sin(angles)
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], -1)


def _interleave(matrix: Matrix, heads: int) -> Matrix:
    rows, columns = matrix.shape
    halves = matrix.reshape(heads, 2, rows // heads // 2, columns)
    return halves.swapaxes(1, 2).reshape(rows, columns)
