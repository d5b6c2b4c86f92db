"""The frozen base with what learns: low-rank adapters (Hu et al., 2021) and a soft prompt
(Lester et al., 2021)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from peft import (
    LoraConfig,
    PeftModel,
    get_peft_model,
    get_peft_model_state_dict,
    set_peft_model_state_dict,
)
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint
from transformers import LlamaForCausalLM

Array = NDArray[np.float32]
_ADAPTED = re.compile(r"layers\.(\d+)\.\w+\.(\w+)\.lora_")
_LOGITS_AT_ONCE = 128
"""Positions: of each, the whole vocabulary is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterShape:
    """Where the adapter sits, in peft's terms."""

    rank: int
    projections: tuple[str, ...]
    """``q_proj``, ``k_proj``, ``v_proj``, ``o_proj``, ``gate_proj``, ``up_proj``, ``down_proj``."""
    layers: tuple[int, ...]
    """Layers that are adapted; those below the lowest need no gradient."""

    @classmethod
    def of(cls, tensors: Mapping[str, Array]) -> AdapterShape:
        """Of an adapter under peft's names, whichever shape is learned today."""
        first = next(iter(tensors.values()))
        names = [_ADAPTED.search(name) for name in tensors]
        found = [match for match in names if match]
        return cls(
            rank=min(first.shape),
            projections=tuple(sorted({match[2] for match in found})),
            layers=tuple(sorted({int(match[1]) for match in found})),
        )


class Learner(nn.Module):
    """Predicts tokens. Nothing learns until `learn_adapter` or `learn_prompt` is called."""

    def __init__(self, base: LlamaForCausalLM) -> None:
        super().__init__()
        self._base = base
        self._peft: PeftModel | None = None
        self.prompt: nn.Parameter | None = None
        """``[tokens, hidden]``."""

    def add_adapter(self, shape: AdapterShape, tensors: Mapping[str, Array]) -> None:
        """Begin from these, under peft's names; from nothing if there are none."""
        self._peft = get_peft_model(self._base, _config(shape))
        self.set_adapter(tensors)
        self._peft.requires_grad_(False)

    def set_adapter(self, tensors: Mapping[str, Array]) -> None:
        """Go on from these, of the same shape."""
        state = {name: torch.from_numpy(value) for name, value in tensors.items()}
        if state:
            set_peft_model_state_dict(self._peft, state)

    def add_prompt(self, prompt: Array) -> None:
        """Begin from this."""
        self.prompt = nn.Parameter(torch.from_numpy(prompt).clone(), requires_grad=False)

    def learn_adapter(self, names: frozenset[str] | None = None) -> None:
        """From now on the adapter learns: all of it, or its tensors of these names only."""
        for name, value in self._adapter_parameters():
            if names is None or name in names:
                value.requires_grad_(True)

    def learn_prompt(self) -> None:
        """From now on the prompt learns."""
        if self.prompt is not None:
            self.prompt.requires_grad_(True)

    def learning(self) -> Iterator[nn.Parameter]:
        """What learns, always in the same order."""
        return (value for value in self.parameters() if value.requires_grad)

    def adapter_tensors(self) -> dict[str, Array]:
        """Under peft's names; empty without an adapter."""
        if self._peft is None:
            return {}
        state = get_peft_model_state_dict(self._peft)
        return {name: value.detach().numpy().copy() for name, value in state.items()}

    def embedded(self, tokens: list[int]) -> Array:
        """Embeddings ``[tokens, hidden]``: where a soft prompt begins."""
        rows: Array = self._base.model.embed_tokens(torch.tensor(tokens)).detach().numpy().copy()
        return rows

    def forward(self, tokens: Tensor, weights: Tensor) -> Tensor:
        """Mean nats of the tokens ``[batch, length]`` after the first, by ``weights`` of the
        same shape."""
        wanted = weights[:, 1:] > 0
        states = self._read(tokens[:, :-1])[wanted]
        written, chosen = tokens[:, 1:][wanted], weights[:, 1:][wanted]
        nats = [
            checkpoint(self._nats, some, these, use_reentrant=False)
            for some, these in zip(
                torch.split(states, _LOGITS_AT_ONCE),
                torch.split(written, _LOGITS_AT_ONCE),
                strict=True,
            )
        ]
        total: Tensor = (torch.cat(nats) * chosen).sum() / chosen.sum()
        return total

    def _adapter_parameters(self) -> Iterator[tuple[str, nn.Parameter]]:
        """Under peft's names for what is kept."""
        if self._peft is not None:
            for name, value in self._peft.named_parameters():
                if ".lora_" in name:
                    yield name.replace(".default.", "."), value

    def _read(self, tokens: Tensor) -> Tensor:
        """Hidden states ``[batch, length, hidden]`` after each token."""
        embedded = self._base.model.embed_tokens(tokens)
        length = 0 if self.prompt is None else len(self.prompt)
        if self.prompt is not None:
            embedded = torch.cat([self.prompt.expand(len(tokens), -1, -1), embedded], 1)
        hidden: Tensor = self._base.model(inputs_embeds=embedded).last_hidden_state
        return hidden[:, length:]

    def _nats(self, states: Tensor, written: Tensor) -> Tensor:
        return functional.cross_entropy(self._base.lm_head(states), written, reduction="none")


def _config(shape: AdapterShape) -> LoraConfig:
    return LoraConfig(
        r=shape.rank,
        lora_alpha=shape.rank,
        target_modules=list(shape.projections),
        layers_to_transform=list(shape.layers),
        task_type="CAUSAL_LM",
    )
