"""The ONNX graph of a Llama model, with adapters and soft prompt as inputs.

Every adapted projection computes ``x·W + (x·A)·B`` with ``lora_A [in, r]`` and
``lora_B [r, out]`` fed at run time; r = 0 is "no adapter". q, k, v share one projection, gate and
up another, so a fused adapter for them stacks the ranks of its parts. ``prompt [1, p, hidden]``
comes before the tokens' embeddings; p = 0 is "no prompt". Swapping an adapter, a persona or a
version is therefore a change of inputs, never a new graph.

The key/value buffers are inputs *and* outputs of one fixed length, so that a caller who binds the
same memory to both continues in place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from plm_engine.base.llama import GGUFModel
from plm_engine.base.quantise import Quantisation, quantise

MAX_POSITIONS = 4_096
_MICROSOFT = "com.microsoft"
_DYNAMIC_INT8_ACTIVATIONS = 4  # MatMulNBits: the only accuracy level with a fast CPU kernel
_EMBEDDING = Quantisation(bits=8, block=32)  # the source stores it as such: exact

Array = NDArray[np.generic]


def build_graph(model: GGUFModel, how: Quantisation | None) -> onnx.ModelProto:
    """Build the graph; ``how`` None keeps float32 matrices, as the reference to measure against."""
    return _Builder(model, how).build()


class _Builder:
    def __init__(self, model: GGUFModel, how: Quantisation | None) -> None:
        self._model = model
        self._config = model.config
        self._how = how
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def build(self) -> onnx.ModelProto:
        self._declare_inputs()
        residual, delta = self._embeddings(), ""
        for i in range(self._config.layers):
            residual, delta = self._layer(i, residual, delta)
        self._logits(residual, delta)
        graph = helper.make_graph(self._nodes, "plm", self._inputs, self._outputs, self._constants)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    # --- the model, top to bottom -----------------------------------------------------------------

    def _declare_inputs(self) -> None:
        self._input("input_ids", TensorProto.INT64, [1, "tokens"])
        self._input("prompt", TensorProto.FLOAT, [1, "prompt_tokens", self._config.hidden])
        self._input("last_position", TensorProto.INT32, [1])
        self._input("total_length", TensorProto.INT32, [])
        self._input("logits_at", TensorProto.INT64, ["wanted"])

    def _embeddings(self) -> str:
        """Prompt, then tokens: ``[1, prompt_tokens + tokens, hidden]``."""
        matrix = self._model.tensor("token_embd.weight")
        if self._how is None:
            table = self._constant("embedding", matrix)
            tokens = self._node("Gather", [table, "input_ids"], axis=0)
        else:
            tokens = self._quantised_gather(matrix)
        return self._node("Concat", ["prompt", tokens], axis=1)

    def _layer(self, i: int, residual: str, delta: str) -> tuple[str, str]:
        """One transformer block; the sum of residual and delta is taken by the next norm."""
        source, name = f"blk.{i}", f"layers.{i}"
        tensor = self._model.tensor
        normed, residual = self._norm(residual, delta, f"{source}.attn_norm.weight")
        value = tensor(f"{source}.attn_v.weight")
        packed = np.concatenate([self._model.query(i), self._model.key(i), value])
        attended = self._attention(i, self._projection(f"{name}.qkv", normed, packed))
        delta = self._projection(f"{name}.o", attended, tensor(f"{source}.attn_output.weight"))

        normed, residual = self._norm(residual, delta, f"{source}.ffn_norm.weight")
        gate_up = [tensor(f"{source}.ffn_{part}.weight") for part in ("gate", "up")]
        both = self._projection(f"{name}.gate_up", normed, np.concatenate(gate_up))
        gate, up = self._nodes_of("Split", [both], 2, axis=-1, num_outputs=2)
        # QuickGelu with alpha 1 is x·sigmoid(x), the SiLU of Llama, in one kernel.
        silu = self._node("QuickGelu", [gate], domain=_MICROSOFT, alpha=1.0)
        gated = self._node("Mul", [silu, up])
        delta = self._projection(f"{name}.down", gated, tensor(f"{source}.ffn_down.weight"))
        return residual, delta

    def _attention(self, i: int, qkv: str) -> str:
        """Grouped-query attention with rotary positions over the key/value buffers."""
        config = self._config
        self._rotary_tables()
        for kind in ("key", "value"):
            shape: list[int | str] = [1, config.kv_heads, "capacity", config.head_dim]
            self._input(f"past.{i}.{kind}", TensorProto.FLOAT, shape)
            self._output(f"present.{i}.{kind}", TensorProto.FLOAT, shape)
        past = [f"past.{i}.key", f"past.{i}.value"]
        positions = ["last_position", "total_length", "rotary_cos", "rotary_sin"]
        attended = f"layers.{i}.attended"
        self._nodes.append(
            helper.make_node(
                "GroupQueryAttention",
                [qkv, "", "", *past, *positions],
                [attended, f"present.{i}.key", f"present.{i}.value"],
                name=f"layers.{i}.attention",
                domain=_MICROSOFT,
                num_heads=config.heads,
                kv_num_heads=config.kv_heads,
                do_rotary=1,
                rotary_interleaved=0,
                scale=config.head_dim**-0.5,
            )
        )
        return attended

    def _logits(self, residual: str, delta: str) -> None:
        """Logits only where they are wanted: the output matrix is a fifth of the model."""
        config = self._config
        normed, _ = self._norm(residual, delta, "output_norm.weight")
        wanted = self._node("Gather", [normed, "logits_at"], axis=1)
        self._output("logits", TensorProto.FLOAT, [1, "wanted", config.vocabulary])
        how = None if self._how is None else _EMBEDDING
        self._matmul("output", wanted, self._model.output(), how, result="logits")

    # --- pieces -----------------------------------------------------------------------------------

    def _projection(self, name: str, x: str, matrix: NDArray[np.float32]) -> str:
        outputs, inputs = matrix.shape
        self._input(f"{name}.lora_A", TensorProto.FLOAT, [inputs, f"{name}.rank"])
        self._input(f"{name}.lora_B", TensorProto.FLOAT, [f"{name}.rank", outputs])
        plain = self._matmul(name, x, matrix, self._how)
        low = self._node("MatMul", [x, f"{name}.lora_A"])
        return self._node("Add", [plain, self._node("MatMul", [low, f"{name}.lora_B"])])

    def _matmul(
        self,
        name: str,
        x: str,
        matrix: NDArray[np.float32],
        how: Quantisation | None,
        result: str | None = None,
    ) -> str:
        """``x·Wᵀ`` for a matrix ``[out, in]``."""
        if how is None:
            weight = self._constant(f"{name}.weight", matrix.T)
            return self._node("MatMul", [x, weight], result=result)
        quantised = quantise(matrix, how)
        weights = [
            self._constant(f"{name}.codes", quantised.codes),
            self._constant(f"{name}.scales", quantised.scales),
        ]
        return self._node(
            "MatMulNBits",
            [x, *weights],
            result=result,
            domain=_MICROSOFT,
            N=matrix.shape[0],
            K=matrix.shape[1],
            bits=how.bits,
            block_size=how.block,
            accuracy_level=_DYNAMIC_INT8_ACTIVATIONS,
        )

    def _quantised_gather(self, matrix: NDArray[np.float32]) -> str:
        table = quantise(matrix, _EMBEDDING)
        middle = np.full_like(table.scales, 128, dtype=np.uint8)
        rows = [
            self._constant("embedding.codes", table.codes.reshape(matrix.shape)),
            "input_ids",
            self._constant("embedding.scales", table.scales),
            self._constant("embedding.middle", middle),
        ]
        return self._node(
            "GatherBlockQuantized",
            rows,
            domain=_MICROSOFT,
            bits=_EMBEDDING.bits,
            block_size=_EMBEDDING.block,
            quantize_axis=1,
            gather_axis=0,
        )

    def _norm(self, residual: str, delta: str, weight: str) -> tuple[str, str]:
        """RMS norm of residual + delta, and that sum itself."""
        gamma = self._constant(weight, self._model.tensor(weight))
        epsilon = self._config.rms_epsilon
        if not delta:
            normed = self._node(
                "SimplifiedLayerNormalization", [residual, gamma], epsilon=epsilon, axis=-1
            )
            return normed, residual
        normed, total = f"{weight}.normed", f"{weight}.sum"
        self._nodes.append(
            helper.make_node(
                "SkipSimplifiedLayerNormalization",
                [residual, delta, gamma],
                [normed, "", "", total],
                name=weight,
                domain=_MICROSOFT,
                epsilon=epsilon,
            )
        )
        return normed, total

    def _rotary_tables(self) -> None:
        if any(constant.name == "rotary_cos" for constant in self._constants):
            return
        size = self._config.head_dim
        frequencies = self._config.rope_theta ** (-np.arange(0, size, 2) / size)
        angles = np.outer(np.arange(MAX_POSITIONS), frequencies)
        self._constant("rotary_cos", np.cos(angles).astype(np.float32))
        self._constant("rotary_sin", np.sin(angles).astype(np.float32))

    # --- bookkeeping ------------------------------------------------------------------------------

    def _input(self, name: str, kind: int, shape: list[int | str]) -> None:
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))

    def _output(self, name: str, kind: int, shape: list[int | str]) -> None:
        self._outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def _constant(self, name: str, value: Array) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(
        self,
        kind: str,
        inputs: list[str],
        *,
        result: str | None = None,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        output = result or f"{kind}.{len(self._nodes)}"
        self._nodes.append(
            helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes)
        )
        return output

    def _nodes_of(self, kind: str, inputs: list[str], count: int, **attributes: Any) -> list[str]:
        name = f"{kind}.{len(self._nodes)}"
        outputs = [f"{name}.{i}" for i in range(count)]
        self._nodes.append(helper.make_node(kind, inputs, outputs, name=name, **attributes))
        return outputs
