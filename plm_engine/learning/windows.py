"""Texts as the learner reads them: one after the other, in the order of time, in equal windows.

That is how the model meets them when it serves: it reads the user's last texts before each new one
(`plm_engine.memory.recent`). So what is learned is what those texts do not already say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class OwnText:
    """One document, tokenised."""

    number: int
    """Of the document."""
    tokens: Sequence[int]
    """From the document start on."""
    own: Sequence[bool]
    """Of each token, whether the user typed it: nothing else is learned from."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Equal stretches of texts, one row each."""

    tokens: Tensor
    """``[windows, length]``, int64."""
    weights: Tensor
    """``[windows, length]``: 1 for what is learned, 0 for what is only read."""

    def __len__(self) -> int:
        return len(self.tokens)


def windows(texts: Sequence[OwnText], length: int) -> Windows:
    """Cut texts, joined, into windows of so many tokens; the last is padded with nothing to learn.

    Each window begins with the token that the one before ended with, so that every token is
    predicted once. A document start is read but never predicted.
    """
    tokens = [token for text in texts for token in text.tokens]
    own = [is_own and place > 0 for text in texts for place, is_own in enumerate(text.own)]
    step = length - 1
    count = max(1, -(-(len(tokens) - 1) // step))
    padding = count * step + 1 - len(tokens)
    flat = torch.tensor(tokens + [0] * padding)
    weights = torch.tensor(own + [False] * padding, dtype=torch.float32)
    return Windows(
        flat.unfold(0, length, step).contiguous(), weights.unfold(0, length, step).contiguous()
    )
