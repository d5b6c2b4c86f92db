"""The key/value cache of one text: what the model has read, continued in place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from plm_engine.base.config import LlamaConfig

Logits = NDArray[np.float32]


class KeyValueCache:
    """Keys and values of the tokens read so far, bound to a loaded model.

    A buffer is ``[1, kv_heads, capacity, head_dim]``, two per layer; each is input and output at
    once, so nothing is copied between steps. The buffers are zero pages until a position is
    written: a short text costs little memory.
    """

    def __init__(
        self, session: onnxruntime.InferenceSession, config: LlamaConfig, capacity: int
    ) -> None:
        self.capacity = capacity
        self.tokens: list[int] = []
        """What has been read, in order."""
        self.prompt_length = 0
        """Virtual tokens of a soft prompt at the head, before the tokens."""
        self._session = session
        self._binding = session.io_binding()
        self._bound: dict[str, NDArray[np.generic]] = {}
        self._last_position = np.zeros(1, np.int32)
        self._total_length = np.zeros((), np.int32)
        self._logits = np.empty((1, 1, config.vocabulary), np.float32)
        self._answer: tuple[int, Logits] | None = None
        self._bind_buffers(config)

    def read(self, tokens: Sequence[int], *, wanted: Sequence[int] | None = None) -> Logits:
        """Read on; return logits ``[wanted, vocabulary]``.

        ``wanted`` are positions within ``tokens``, by default the last. The array is overwritten
        by the next call. Raises ValueError when there is no room.
        """
        if not tokens:
            raise ValueError("no tokens to read")
        self.bind("input_ids", np.asarray([tokens], np.int64))
        logits = self._run(len(tokens), wanted or [len(tokens) - 1])
        self.tokens.extend(tokens)
        return logits

    def read_prompt(self, prompt: NDArray[np.float32]) -> None:
        """Read a soft prompt ``[tokens, hidden]``, once, at the head of an empty cache."""
        if self.tokens or self.prompt_length:
            raise ValueError("a prompt comes first")
        self.bind("input_ids", np.zeros((1, 0), np.int64))
        self.bind("prompt", prompt[None])
        self._run(len(prompt), [len(prompt) - 1])
        self.bind("prompt", prompt[None, :0])
        self.prompt_length = len(prompt)

    def _run(self, new: int, wanted: Sequence[int]) -> Logits:
        length = self.prompt_length + len(self.tokens) + new
        if length > self.capacity:
            raise ValueError("no room for more tokens")
        self._last_position[0] = length - 1
        self._total_length[()] = length
        self.bind("logits_at", np.asarray(wanted, np.int64))
        self._make_room_for_logits(len(wanted))
        self._session.run_with_iobinding(self._binding)
        logits: Logits = self._logits[0]
        return logits

    def bind(self, name: str, value: NDArray[np.generic]) -> None:
        """Feed an array to an input of the graph; it is kept alive here."""
        self._bound[name] = value
        if value.size == 0:
            self._binding.bind_ortvalue_input(name, onnxruntime.OrtValue.ortvalue_from_numpy(value))
        else:
            self._binding.bind_input(
                name, "cpu", 0, value.dtype.type, value.shape, value.ctypes.data
            )

    def shared_prefix(self, tokens: Sequence[int]) -> int:
        """How many leading tokens of ``tokens`` have been read already."""
        shared = 0
        for mine, theirs in zip(self.tokens, tokens, strict=False):
            if mine != theirs:
                break
            shared += 1
        return shared

    def truncate(self, length: int) -> None:
        """Forget everything after the first ``length`` tokens."""
        del self.tokens[length:]

    def keep_answer(self, logits: Logits) -> Logits:
        """Keep a copy of the prediction ``[vocabulary]`` at the present end, and return it.

        Every letter typed within a word asks for it again.
        """
        answer: Logits = logits.copy()
        self._answer = (len(self.tokens), answer)
        return answer

    def forget_answer(self) -> None:
        """The text before the present end has changed."""
        self._answer = None

    def kept_answer(self, length: int) -> Logits | None:
        """The prediction after the first ``length`` tokens, if that is the one kept."""
        if self._answer is None or self._answer[0] != length:
            return None
        return self._answer[1]

    def _bind_buffers(self, config: LlamaConfig) -> None:
        shape = (1, config.kv_heads, self.capacity, config.head_dim)
        for i in range(config.layers):
            for kind in ("key", "value"):
                buffer = np.zeros(shape, np.float32)
                self.bind(f"past.{i}.{kind}", buffer)
                self._bind_output(f"present.{i}.{kind}", buffer)
        self.bind("prompt", np.zeros((1, 0, config.hidden), np.float32))
        self.bind("last_position", self._last_position)
        self.bind("total_length", self._total_length)
        self._bind_output("logits", self._logits)

    def _bind_output(self, name: str, value: NDArray[np.float32]) -> None:
        self._binding.bind_output(name, "cpu", 0, np.float32, value.shape, value.ctypes.data)

    def _make_room_for_logits(self, count: int) -> None:
        if self._logits.shape[1] != count:
            self._logits = np.empty((1, count, self._logits.shape[2]), np.float32)
            self._bind_output("logits", self._logits)
