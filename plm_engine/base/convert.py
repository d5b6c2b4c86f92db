"""Convert a GGUF file into the folder that the engine loads, atomically."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx

from plm_engine.base.files import disk_errors, replace_folder, sha256
from plm_engine.base.graph import build_graph
from plm_engine.base.installed import (
    GRAPH,
    GRAPH_VERSION,
    MANIFEST,
    TOKENIZER,
    WEIGHTS,
    InstalledBase,
)
from plm_engine.base.llama import GGUFModel
from plm_engine.base.quantise import SHIPPED, Quantisation
from plm_engine.base.tokenizer import control_tokens, read_tokenizer

_EXTERNAL_FROM_BYTES = 1_024
_BUILDING = ".building-"


def convert(
    gguf: Path,
    place: Path,
    *,
    name: str,
    licence: str,
    how: Quantisation | None = SHIPPED,
    on_fraction: Callable[[float], None] = lambda _: None,
) -> InstalledBase:
    """Write graph, weights, tokeniser and manifest to ``place``; all of them or none.

    Raises `BaseModelError` for a file that cannot be converted and for a full disk.
    """
    with disk_errors(place.parent):
        place.parent.mkdir(parents=True, exist_ok=True)
        _sweep(place.parent)
        scratch = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=place.parent))
        try:
            manifest = _write(gguf, scratch, how, on_fraction)
            manifest |= {"name": name, "licence": licence}
            (scratch / MANIFEST).write_text(json.dumps(manifest, indent=2), "utf-8")
            replace_folder(scratch, place)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return InstalledBase(place, manifest)


def _sweep(folder: Path) -> None:
    """Remove what a killed conversion left behind."""
    for leftover in folder.glob(f"{_BUILDING}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _write(
    gguf: Path, folder: Path, how: Quantisation | None, on_fraction: Callable[[float], None]
) -> dict[str, Any]:
    model = GGUFModel(gguf)
    on_fraction(0.1)
    read_tokenizer(model).save(str(folder / TOKENIZER))
    graph = build_graph(model, how)
    on_fraction(0.6)
    onnx.save_model(
        graph,
        str(folder / GRAPH),
        save_as_external_data=True,
        location=WEIGHTS,
        size_threshold=_EXTERNAL_FROM_BYTES,
    )
    on_fraction(0.8)
    files = [folder / name for name in (GRAPH, WEIGHTS, TOKENIZER)]
    return {
        "graph_version": GRAPH_VERSION,
        "source": gguf.name,
        "source_sha256": sha256(gguf),
        "config": model.config.as_dict(),
        "quantisation": {"bits": how.bits, "block": how.block} if how else None,
        "document_start": _document_start(model),
        "control_tokens": control_tokens(model),
        "files": {file.name: sha256(file) for file in files},
        "sizes": {file.name: file.stat().st_size for file in files},
    }


def _document_start(model: GGUFModel) -> int:
    """``<|endoftext|>`` separated documents in pre-training, so it is the best start of a text."""
    tokens = model.field("tokenizer.ggml.tokens")
    if "<|endoftext|>" in tokens:
        return int(tokens.index("<|endoftext|>"))
    return int(model.field("tokenizer.ggml.bos_token_id") or 0)
