"""How much is suggested: the user's choice, and what it means to the engine."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.protocol.messages import Complete, Preferences
from plm_engine.completion.presets import MAX_WORDS, THRESHOLDS, Amount, Length
from plm_engine.completion.types import EXPLICIT_THRESHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferred:
    """What the user chose; the middle until they do."""

    amount: Amount = Amount.BALANCED
    length: Length = Length.PHRASE

    def changed(self, amount: Amount | None, length: Length | None) -> Preferred:
        """The same with what is named changed."""
        return Preferred(amount=amount or self.amount, length=length or self.length)

    def threshold(self, request: Complete) -> float:
        """How sure the engine must be; who asked for a suggestion wants to see even a weak one."""
        return EXPLICIT_THRESHOLD if request.explicit else THRESHOLDS[self.amount]

    def max_words(self, request: Complete) -> int:
        """How far the engine goes, unless the request says so itself."""
        return request.max_words or MAX_WORDS[self.length]

    def as_message(self) -> Preferences:
        """As clients hear of it."""
        return Preferences(amount=self.amount, length=self.length)
