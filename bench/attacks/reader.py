"""An attacker's copy of the base model, in torch: reads with any shared adapter, and says which
updates a text would make. All of it is public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional

from federation.layout import Layout, Tensors
from plm_engine.base.installed import InstalledBase
from plm_engine.learning.base import load_base

_PREFIX = "base_model.model."


class Reader:
    """Holds the model."""

    def __init__(self, base: InstalledBase) -> None:
        self._model = load_base(base)

    @contextmanager
    def having(self, tensors: Tensors) -> Iterator[None]:
        """For as long as it lasts, every adapted weight has its B·A added."""
        before = {}
        for name in (one for one in tensors if ".lora_B." in one):
            weight = self._projection(name).weight.data
            before[name] = weight.clone()
            low = torch.from_numpy(tensors[name.replace(".lora_B.", ".lora_A.")])
            weight += torch.from_numpy(tensors[name]) @ low
        try:
            yield
        finally:
            for name, weight in before.items():
                self._projection(name).weight.data.copy_(weight)

    @torch.no_grad()
    def predictions(self, tokens: Sequence[int]) -> Tensor:
        """Log-probabilities ``[tokens, vocabulary]`` after each token."""
        logits: Tensor = self._model(input_ids=torch.tensor([list(tokens)])).logits[0]
        return functional.log_softmax(logits, -1)

    @torch.no_grad()
    def of_all_sequences(
        self, before: Sequence[int], symbols: Sequence[int], length: int
    ) -> Tensor:
        """Log-probability of every sequence of so many of these symbols, after some tokens:
        ``[len(symbols) ** length]``, the last symbol varying fastest."""
        read = self._model(input_ids=torch.tensor([list(before)]), use_cache=True, logits_to_keep=1)
        chosen = torch.tensor(symbols)
        total = torch.zeros(1)
        for place in range(length):
            said = functional.log_softmax(read.logits[:, -1], -1)[:, chosen]
            total = (total[:, None] + said).flatten()
            if place + 1 < length:
                cache = read.past_key_values
                cache.batch_repeat_interleave(len(symbols))
                following = chosen.repeat(len(total) // len(symbols))[:, None]
                read = self._model(input_ids=following, past_key_values=cache, use_cache=True)
        return total

    def gradients(self, tokens: Tensor, start: Tensors, layout: Layout) -> Tensor:
        """Of the mean nats of each of several sequences ``[batch, length]``, with respect to every
        B, as it travels: ``[batch, size]``."""
        values = [
            torch.zeros(len(tokens), *shape, requires_grad=True) for _, shape in layout.shapes
        ]
        with ExitStack() as hooks:
            for (name, _), value in zip(layout.shapes, values, strict=True):
                low = torch.from_numpy(start[name.replace(".lora_B.", ".lora_A.")])
                handle = self._projection(name).register_forward_hook(_adding(low, value))
                hooks.callback(handle.remove)
            logits = self._model(input_ids=tokens[:, :-1]).logits
        nats = functional.cross_entropy(
            logits.transpose(1, 2), tokens[:, 1:], reduction="none"
        ).mean(1)
        found = torch.autograd.grad(nats.sum(), values)
        return torch.cat([one.flatten(1) for one in found], 1)

    def _projection(self, name: str) -> nn.Linear:
        path = name.removeprefix(_PREFIX).partition(".lora_")[0]
        module = self._model.get_submodule(path)
        assert isinstance(module, nn.Linear)
        return module


def _adding(low: Tensor, high: Tensor):  # type: ignore[no-untyped-def]
    """A hook that adds each sequence's own B·A, so that each has its own gradient."""

    def hook(_module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        return output + (inputs[0] @ low.T) @ high.mT

    return hook
