"""The adapter that many people share: installed as a file, fused with what was learned of one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, load_file, save

from plm_engine.adapters.low_rank import Adapter, AdapterError, Array, from_peft
from plm_engine.adapters.manifest import read_manifest
from plm_engine.base.files import write_whole
from plm_engine.base.installed import InstalledBase

SHARED_FILE = "shared.safetensors"
_WEIGHTS, _CONFIG = "adapter_model.safetensors", "adapter_config.json"
_FORMAT = "plm-shared-1"


def install_shared(folder: Path, file: Path, base: InstalledBase) -> None:
    """Take over an adapter as peft saves it. Raises `AdapterError` and leaves what was there."""
    try:
        config = json.loads((folder / _CONFIG).read_text("utf-8"))
        tensors = load_file(folder / _WEIGHTS)
        scaling = float(config["lora_alpha"]) / int(config["r"])
        is_plain = not config.get("use_rslora") and not config.get("use_dora")
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, ZeroDivisionError):
        raise AdapterError("this is no adapter as peft saves it") from None
    if not is_plain:
        raise AdapterError("adapters with rslora or dora are not supported")
    scaled = {
        name: np.float32(scaling if ".lora_B." in name else 1) * np.asarray(tensor, np.float32)
        for name, tensor in tensors.items()
    }
    write_shared(scaled, file, base)


def write_shared(tensors: Mapping[str, Array], file: Path, base: InstalledBase) -> None:
    """Put an adapter under peft's names, with ``lora_alpha`` equal to the rank, in its place.
    Raises `AdapterError` and leaves what was there."""
    whole = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
    _check(whole, base)
    write_whole(file, save(whole, {"format": _FORMAT, "base": base.digest}))


def read_shared(file: Path, base: InstalledBase) -> Adapter | None:
    """What is installed, if anything is. Raises `AdapterError` for what does not fit."""
    try:
        packed = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        raise AdapterError("the shared adapter cannot be read") from None
    try:
        tensors, manifest = load(packed), read_manifest(packed)
    except (SafetensorError, KeyError, ValueError, TypeError):
        raise AdapterError("the shared adapter is damaged") from None
    if manifest.get("format") != _FORMAT or manifest.get("base") != base.digest:
        raise AdapterError("the shared adapter was made for another base model")
    return _check(tensors, base)


def _check(tensors: dict[str, Array], base: InstalledBase) -> Adapter:
    if not tensors or not all(np.isfinite(tensor).all() for tensor in tensors.values()):
        raise AdapterError("the shared adapter is damaged")
    return from_peft(tensors, 1.0, base.config)
