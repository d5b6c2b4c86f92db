"""Whether a new version is kept: it must predict the newest texts better than the one in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.types import DEFAULT_THRESHOLD
from plm_engine.evaluation.general import general_surprise
from plm_engine.evaluation.prequential import Score, Setting, replay_author
from plm_engine.evaluation.surprise import Surprise
from plm_engine.learning.job import Figures
from plm_engine.runtime.personal import Personal

TYPED_CHARS = 150
"""Of each text, how much is typed to count keystrokes: many texts say more than long ones."""
LEAST_GAIN = 0.002
"""Relative: less is noise."""
MOST_LOST = 0.02
"""Of keystrokes saved, in points: typing so little of each text is a coarse measure."""
MOST_GENERAL_LOSS = 0.02
"""Relative, of the bits per character of general English."""

OnText = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Judge:
    """Measures versions on the same texts."""

    engine: CompletionEngine
    before: Sequence[str]
    """What the memory knows."""
    held_out: Sequence[str]
    """Written after it, in the order of time."""

    def measure(self, personal: Personal, on_text: OnText = lambda: None) -> Figures:
        """How well a version does; says after each text that it is done."""
        setting = Setting(personal=personal, typed_chars=TYPED_CHARS)
        texts = [*self.before, *self.held_out]
        total = Score()
        for _, score in replay_author(self.engine, texts, setting, judged=len(self.held_out)):
            total += score
            on_text()
        self.engine.forget_everything()
        return Figures(
            bits_per_char=total.surprise.bits_per_char,
            keystrokes_saved=total.tally(DEFAULT_THRESHOLD).keystrokes_saved,
            general_bits_per_char=general_surprise(self.engine, personal).bits_per_char,
        )

    def bits_per_char(self, personal: Personal) -> float:
        """Of the held-out texts, without typing them."""
        setting = Setting(personal=personal, typed_chars=0)
        texts = [*self.before, *self.held_out]
        scores = replay_author(self.engine, texts, setting, judged=len(self.held_out))
        return sum((score.surprise for _, score in scores), Surprise()).bits_per_char


def verdict(before: Figures, after: Figures, general: float) -> tuple[bool, str]:
    """Whether the new version is kept, and why; ``general`` is the bare base's figure."""
    if after.general_bits_per_char > general * (1 + MOST_GENERAL_LOSS):
        return False, "it would have written ordinary English worse"
    if after.bits_per_char > before.bits_per_char * (1 - LEAST_GAIN):
        return False, "it did not predict your newest texts better"
    if after.keystrokes_saved < before.keystrokes_saved - MOST_LOST:
        return False, "it would have saved you fewer keystrokes"
    return True, "it predicts your newest texts better"


def did_harm(before: Figures, after: Figures) -> bool:
    """Whether the new version predicts the newest texts worse, by more than noise would."""
    return after.bits_per_char > before.bits_per_char * (1 + LEAST_GAIN)


def gain(before: Figures, after: Figures) -> float | None:
    """How much less surprising the newest texts are to the new version, relative."""
    is_measured = before.bits_per_char > 0
    return 1 - after.bits_per_char / before.bits_per_char if is_measured else None
