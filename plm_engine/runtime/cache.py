"""The key/value cache of one text: what the model has read, continued in place.

What was predicted along the way is kept with it, so that a text that is taken back and goes on as
before, letter by letter or word by word, costs nothing to predict again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from plm_engine.base.config import LlamaConfig

KEPT_ANSWERS = 32
"""Predictions kept of one text; each takes four bytes a token of the vocabulary."""

Logits = NDArray[np.float32]


class KeyValueCache:
    """Keys and values of the tokens read so far, bound to a loaded model, and a place in them.

    A buffer is ``[1, kv_heads, capacity, head_dim]``, two per layer; each is input and output at
    once, so nothing is copied between steps. The buffers are zero pages until a position is
    written: a short text costs little memory.
    """

    def __init__(
        self, session: onnxruntime.InferenceSession, config: LlamaConfig, capacity: int
    ) -> None:
        self.capacity = capacity
        self.place = 0
        """Tokens before the present place; what was read after it may yet come again."""
        self.prompt_length = 0
        """Virtual tokens of a soft prompt at the head, before the tokens."""
        self.beginning = 0
        """Tokens before the text at hand: other texts, which the model has read as well."""
        self._tokens: list[int] = []
        self._session = session
        self._binding = session.io_binding()
        self._bound: dict[str, NDArray[np.generic]] = {}
        self._buffers: list[NDArray[np.float32]] = []
        self._last_position = np.zeros(1, np.int32)
        self._total_length = np.zeros((), np.int32)
        self._logits = np.empty((1, 1, config.vocabulary), np.float32)
        self._answers: OrderedDict[int, Logits] = OrderedDict()
        """What is predicted after so many tokens, the one used last at the end."""
        self._bind_buffers(config)

    @property
    def tokens(self) -> list[int]:
        """What stands before the present place."""
        return self._tokens[: self.place]

    def last(self, count: int) -> list[int]:
        """The last tokens of the text at hand before the present place."""
        return self._tokens[max(self.beginning, self.place - count) : self.place]

    @property
    def room(self) -> int:
        """How many tokens can still be read."""
        return self.capacity - self.prompt_length - self.place

    def begin_with_prompt_of(self, other: KeyValueCache) -> None:
        """Take over the soft prompt at the head of another cache."""
        self.prompt_length = other.prompt_length
        self._copy(other, other.prompt_length)

    def begin_after(self, other: KeyValueCache) -> None:
        """Take over all that another cache has read, as what comes before the text at hand."""
        if self.prompt_length != other.prompt_length:
            raise ValueError("the caches have different soft prompts")
        self._copy(other, other.prompt_length + other.place)
        self._tokens, self._answers = other.tokens, OrderedDict()
        self.place = self.beginning = other.place

    def seek(self, tokens: Sequence[int]) -> int:
        """Go to the end of what ``tokens`` has in common with what was read; return that place."""
        shared = 0
        for mine, theirs in zip(self._tokens, tokens, strict=False):
            if mine != theirs:
                break
            shared += 1
        self.place = shared
        return shared

    def go_back(self, place: int) -> None:
        """Go back to a place; what was read after it may yet come again."""
        self.place = min(place, self.place)

    def read(self, tokens: Sequence[int], *, wanted: Sequence[int] | None = None) -> Logits:
        """Read on from the present place; return logits ``[wanted, vocabulary]``.

        ``wanted`` are positions within ``tokens``, by default the last. The array is overwritten
        by the next call. Raises ValueError when there is no room.
        """
        if not tokens:
            raise ValueError("no tokens to read")
        self._cut()
        self.bind("input_ids", np.asarray([tokens], np.int64))
        logits = self._run(len(tokens), wanted or [len(tokens) - 1])
        self._tokens.extend(tokens)
        self.place = len(self._tokens)
        return logits

    def predict_after(self, tokens: Sequence[int], draft: Sequence[int] = ()) -> Logits:
        """Read tokens and return the prediction ``[vocabulary]`` after them, which is kept.

        The tokens of ``draft``, a guess at what follows, are read in the same step with their
        predictions, and the place stays before them: if the guess was right, `follow` goes on.
        """
        start, first = self.place, len(tokens) - 1
        both = [*tokens, *draft[: self.room - len(tokens)]]
        rows = self.read(both, wanted=range(first, len(both)))
        for offset, row in enumerate(rows):
            self._keep(start + len(tokens) + offset, row)
        self.place = start + len(tokens)
        return self._answers[self.place]

    def follow(self, token: int) -> Logits | None:
        """Go on by a token that was read here before; None if it, or its answer, is not known."""
        known = self.place < len(self._tokens) and self._tokens[self.place] == token
        if not known or self.place + 1 not in self._answers:
            return None
        self.place += 1
        return self.kept_answer()

    def kept_answer(self) -> Logits | None:
        """The prediction ``[vocabulary]`` at the present place, if it was made and kept."""
        answer = self._answers.get(self.place)
        if answer is not None:
            self._answers.move_to_end(self.place)
        return answer

    def read_prompt(self, prompt: NDArray[np.float32]) -> None:
        """Read a soft prompt ``[tokens, hidden]``, once, at the head of an empty cache."""
        if self._tokens or self.prompt_length:
            raise ValueError("a prompt comes first")
        self.bind("input_ids", np.zeros((1, 0), np.int64))
        self.bind("prompt", prompt[None])
        self._run(len(prompt), [len(prompt) - 1])
        self.bind("prompt", prompt[None, :0])
        self.prompt_length = len(prompt)

    def bind(self, name: str, value: NDArray[np.generic]) -> None:
        """Feed an array to an input of the graph; it is kept alive here."""
        self._bound[name] = value
        if value.size == 0:
            self._binding.bind_ortvalue_input(name, onnxruntime.OrtValue.ortvalue_from_numpy(value))
        else:
            self._binding.bind_input(
                name, "cpu", 0, value.dtype.type, value.shape, value.ctypes.data
            )

    def _copy(self, other: KeyValueCache, length: int) -> None:
        for mine, theirs in zip(self._buffers, other._buffers, strict=True):
            mine[:, :, :length] = theirs[:, :, :length]

    def _cut(self) -> None:
        """Forget what was read after the present place."""
        if self.place < len(self._tokens):
            del self._tokens[self.place :]
            for place in [place for place in self._answers if place > self.place]:
                del self._answers[place]

    def _keep(self, place: int, logits: Logits) -> None:
        if len(self._answers) >= KEPT_ANSWERS:
            _, row = self._answers.popitem(last=False)
        else:
            row = np.empty_like(logits)
        row[:] = logits
        self._answers[place] = row

    def _run(self, new: int, wanted: Sequence[int]) -> Logits:
        length = self.prompt_length + len(self._tokens) + new
        if length > self.capacity:
            raise ValueError("no room for more tokens")
        self._last_position[0] = length - 1
        self._total_length[()] = length
        self.bind("logits_at", np.asarray(wanted, np.int64))
        self._make_room_for_logits(len(wanted))
        self._session.run_with_iobinding(self._binding)
        logits: Logits = self._logits[0]
        return logits

    def _bind_buffers(self, config: LlamaConfig) -> None:
        shape = (1, config.kv_heads, self.capacity, config.head_dim)
        for i in range(config.layers):
            for kind in ("key", "value"):
                buffer = np.zeros(shape, np.float32)
                self._buffers.append(buffer)
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
