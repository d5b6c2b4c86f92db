"""What was learned of one person, as it is kept: an adapter, a soft prompt, how they are fused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from plm_engine.adapters.low_rank import Adapter, AdapterError, from_peft, fuse
from plm_engine.adapters.manifest import read_manifest
from plm_engine.base.installed import InstalledBase
from plm_engine.runtime.personal import Personal

Array = NDArray[np.float32]

_FORMAT = "plm-learned-1"
_PROMPT = "prompt_embeddings"
"""As peft names a soft prompt."""


@dataclass(frozen=True, eq=False, slots=True)
class Learned:
    """One version of it."""

    base: str
    """Digest of the base model that it belongs to."""
    tensors: Mapping[str, Array] = field(default_factory=dict)
    """The adapter under peft's names, with ``lora_alpha`` equal to the rank; may be empty."""
    prompt: Array | None = None
    """``[tokens, hidden]``."""
    weight: float = 1.0
    """Of the personal adapter."""
    shared_weight: float = 1.0
    """Of the shared adapter, where one is installed."""


def pack(learned: Learned) -> bytes:
    """As one safetensors file."""
    tensors = {name: np.ascontiguousarray(value) for name, value in learned.tensors.items()}
    if learned.prompt is not None:
        tensors[_PROMPT] = np.ascontiguousarray(learned.prompt)
    manifest = {
        "format": _FORMAT,
        "base": learned.base,
        "weight": repr(learned.weight),
        "shared_weight": repr(learned.shared_weight),
    }
    packed: bytes = save(tensors, manifest)
    return packed


def unpack(packed: bytes, base: InstalledBase) -> Learned:
    """Raises `AdapterError` for anything that is not a whole version for this base model."""
    try:
        tensors = load(packed)
        manifest = read_manifest(packed)
        prompt = tensors.pop(_PROMPT, None)
        learned = Learned(
            base=manifest["base"],
            tensors=tensors,
            prompt=prompt,
            weight=float(manifest["weight"]),
            shared_weight=float(manifest["shared_weight"]),
        )
    except (SafetensorError, KeyError, ValueError, TypeError, OverflowError):
        raise AdapterError("what was learned is damaged") from None
    if manifest.get("format") != _FORMAT:
        raise AdapterError("what was learned is of a format that this PLM does not know")
    _check(learned, base)
    return learned


def personal(learned: Learned, base: InstalledBase, shared: Adapter | None = None) -> Personal:
    """As the graph takes it in, fused with the shared adapter. Raises `AdapterError`."""
    own = from_peft(learned.tensors, 1.0, base.config)
    fused = fuse([(learned.shared_weight, shared or {}), (learned.weight, own)])
    return Personal(fused, learned.prompt)


def speaks(learned: Learned) -> bool:
    """Whether anything was learned at all."""
    return bool(learned.tensors) or learned.prompt is not None


def _check(learned: Learned, base: InstalledBase) -> None:
    if learned.base != base.digest:
        raise AdapterError("what was learned belongs to another base model")
    prompt = learned.prompt
    if prompt is not None and (prompt.ndim != 2 or prompt.shape[1] != base.config.hidden):  # noqa: PLR2004
        raise AdapterError("what was learned belongs to another base model")
    values = [*learned.tensors.values(), *([] if prompt is None else [prompt])]
    if not all(np.isfinite(value).all() for value in values):
        raise AdapterError("what was learned is damaged")
    from_peft(learned.tensors, 1.0, base.config)
