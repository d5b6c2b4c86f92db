"""The coordinator's own gate: a version that makes public text harder to predict is not published.

It runs without torch. What the text is, is public; a poisoned version that spares it passes, which
is why every device has a gate of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from federation.layout import Tensors
from plm_engine.adapters.learned import Learned, personal
from plm_engine.adapters.low_rank import from_peft
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.general import general_english
from plm_engine.evaluation.surprise import Surprise, surprise

MOST_LOST = 0.01
"""Relative, of bits per character."""


class Quality(Protocol):
    """Measures a version."""

    def bits_per_char(self, tensors: Tensors) -> float:
        """Of public held-out text; less is better."""


@dataclass(frozen=True, slots=True)
class PublicText:
    """Measured with the real engine."""

    engine: CompletionEngine
    base: InstalledBase
    texts: tuple[str, ...]

    @classmethod
    def of(cls, base: InstalledBase, file: Path | None) -> PublicText:
        """Paragraphs of a file; by default some general English that comes with PLM."""
        texts = file.read_text("utf-8").strip().split("\n\n") if file else general_english()
        return cls(CompletionEngine.open(base), base, tuple(texts))

    def bits_per_char(self, tensors: Tensors) -> float:
        """See `Quality`."""
        shared = from_peft(dict(tensors), 1.0, self.base.config)
        fused = personal(Learned(self.base.digest), self.base, shared)
        read = (
            surprise(self.engine.vocabulary, self.engine.session, text, personal=fused)
            for text in self.texts
        )
        return sum(read, Surprise()).bits_per_char
