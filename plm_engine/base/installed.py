"""A converted base model on disk: where its files are, and whether they are whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plm_engine.base.config import LlamaConfig
from plm_engine.base.errors import BaseModelError
from plm_engine.base.files import sha256

GRAPH_VERSION = 1
"""Raised when the graph or the files change, so that an older conversion is made anew."""
MANIFEST = "manifest.json"
GRAPH = "model.onnx"
WEIGHTS = "model.onnx.data"
TOKENIZER = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class InstalledBase:
    """One converted base model."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """What the user calls it."""
        return str(self.manifest["name"])

    @property
    def digest(self) -> str:
        """Identifies the model that adapters are trained for: the original file's SHA-256."""
        return str(self.manifest["source_sha256"])

    @property
    def config(self) -> LlamaConfig:
        """The model's dimensions."""
        return LlamaConfig(**self.manifest["config"])

    @property
    def document_start(self) -> int:
        """The token that stands before the first token of a text."""
        return int(self.manifest["document_start"])

    @property
    def control_tokens(self) -> frozenset[int]:
        """Tokens that stand for no text."""
        return frozenset(self.manifest["control_tokens"])

    @property
    def graph(self) -> Path:
        """The ONNX file."""
        return self.folder / GRAPH

    @property
    def tokenizer(self) -> Path:
        """The ``tokenizers`` file."""
        return self.folder / TOKENIZER

    @property
    def size_bytes(self) -> int:
        """What it takes on disk."""
        return sum(file.stat().st_size for file in self.folder.iterdir())

    def verify(self) -> None:
        """Compare every file with its digest. Raises `BaseModelError` on the first that differs."""
        for name, digest in self.manifest["files"].items():
            path = self.folder / name
            if not path.exists() or sha256(path) != digest:
                raise BaseModelError(
                    f"the base model's file {name} is damaged: run `plm base build --again`"
                )


def bases_folder(cache: Path) -> Path:
    """Where converted base models live."""
    return cache / "bases"


def read_installed(folder: Path) -> InstalledBase | None:
    """The base model in ``folder``; None if there is none of the present graph version."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(manifest, dict) or manifest.get("graph_version") != GRAPH_VERSION:
        return None
    if not all(_has_size(folder / name, size) for name, size in manifest["sizes"].items()):
        return None
    return InstalledBase(folder, manifest)


def _has_size(path: Path, size: int) -> bool:
    return path.exists() and path.stat().st_size == size
