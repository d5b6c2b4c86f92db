"""The frozen base with what learns: low-rank adapters (Hu et al., 2021) and a soft prompt
(Lester et al., 2021)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint
from transformers import LlamaForCausalLM

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


class Learner(nn.Module):
    """Predicts tokens; only adapter and prompt have gradients."""

    def __init__(
        self, base: LlamaForCausalLM, *, adapter: AdapterShape | None, prompt: Tensor | None
    ) -> None:
        super().__init__()
        self._head = base.lm_head
        self._embeddings = base.model.embed_tokens
        self.peft: PeftModel | None = None
        if adapter:
            self.peft = get_peft_model(base, _config(adapter))
        self._body = base.model
        self.prompt = None if prompt is None else nn.Parameter(prompt.clone())

    def trained(self) -> Iterator[tuple[str, nn.Parameter]]:
        """What learns, by name."""
        return ((name, value) for name, value in self.named_parameters() if value.requires_grad)

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

    def _read(self, tokens: Tensor) -> Tensor:
        """Hidden states ``[batch, length, hidden]`` after each token."""
        embedded = self._embeddings(tokens)
        if self.prompt is None:
            alone: Tensor = self._body(inputs_embeds=embedded).last_hidden_state
            return alone
        first = self.prompt.expand(len(tokens), -1, -1)
        hidden: Tensor = self._body(inputs_embeds=torch.cat([first, embedded], 1)).last_hidden_state
        return hidden[:, self.prompt.shape[0] :]

    def _nats(self, states: Tensor, written: Tensor) -> Tensor:
        return functional.cross_entropy(self._head(states), written, reduction="none")


def _config(shape: AdapterShape) -> LoraConfig:
    return LoraConfig(
        r=shape.rank,
        lora_alpha=shape.rank,
        target_modules=list(shape.projections),
        layers_to_transform=list(shape.layers),
        task_type="CAUSAL_LM",
    )


def rows(model: LlamaForCausalLM, tokens: Sequence[int]) -> Tensor:
    """Embeddings ``[tokens, hidden]``: where a soft prompt begins."""
    embedded: Tensor = model.model.embed_tokens(torch.tensor(tokens))
    return embedded.detach().clone()
