"""A strategy's state as one safetensors file, so that a round that is interrupted costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from federation.strategies.strategy import State
from plm_engine.adapters.manifest import read_manifest

T = TypeVar("T")
_FORMAT = "plm-federation-1"
_TENSORS, _VELOCITY = "tensors.", "velocity."


class StateError(ValueError):
    """What is no state of a federation: one line for the operator."""


def pack(state: State, strategy: str, figures: Mapping[str, float]) -> bytes:
    """With some figures that go with it, such as the clipping norm."""
    tensors = {_TENSORS + name: value for name, value in state.tensors.items()}
    tensors |= {_VELOCITY + name: value for name, value in state.velocity.items()}
    manifest = {
        "format": _FORMAT,
        "strategy": strategy,
        "version": str(state.version),
        "epoch": str(state.epoch),
    }
    manifest |= {f"figure.{name}": repr(value) for name, value in figures.items()}
    whole = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
    packed: bytes = save(whole, manifest)
    return packed


def unpack(packed: bytes, strategy: str) -> tuple[State, dict[str, float]]:
    """Raises `StateError` for anything else than a state of this strategy."""
    try:
        tensors, manifest = load(packed), read_manifest(packed)
        state = State(
            tensors=_under(_TENSORS, tensors),
            velocity=_under(_VELOCITY, tensors),
            version=int(manifest["version"]),
            epoch=int(manifest["epoch"]),
        )
        figures = {name: float(value) for name, value in _under("figure.", manifest).items()}
    except (SafetensorError, KeyError, ValueError, TypeError):
        raise StateError("the state of the federation is damaged") from None
    if manifest.get("format") != _FORMAT or manifest.get("strategy") != strategy:
        raise StateError("the state is of another strategy or version of PLM")
    return state, figures


def _under(prefix: str, named: Mapping[str, T]) -> dict[str, T]:
    return {
        name.removeprefix(prefix): value for name, value in named.items() if name.startswith(prefix)
    }
