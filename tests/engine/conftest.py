"""A tiny model for exact arithmetic, and the real one for real behaviour."""

from __future__ import annotations

from pathlib import Path

import pytest

from plm_engine.base import InstalledBase
from plm_engine.base.convert import convert
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.vocabulary import Vocabulary
from tests.engine.tiny_llama import TinyLlama


@pytest.fixture(scope="session")
def tiny() -> TinyLlama:
    return TinyLlama.random()


@pytest.fixture(scope="session")
def tiny_base(tiny: TinyLlama, tmp_path_factory: pytest.TempPathFactory) -> InstalledBase:
    """The tiny model converted without quantisation."""
    folder = tmp_path_factory.mktemp("tiny")
    return convert_tiny(tiny, folder)


def convert_tiny(tiny: TinyLlama, folder: Path) -> InstalledBase:
    gguf = tiny.write_gguf(folder / "tiny.gguf")
    return convert(gguf, folder / "bases" / "tiny", name="tiny", licence="none", how=None)


@pytest.fixture(scope="session")
def vocabulary(base: InstalledBase) -> Vocabulary:
    """The real model's."""
    return Vocabulary(base)


@pytest.fixture(scope="session")
def engine(base: InstalledBase) -> CompletionEngine:
    """The real model, loaded once."""
    return CompletionEngine.open(base)
