"""Where the engine stays silent, and what it leaves unsaid: one place that knows all the rules."""

from __future__ import annotations

from dataclasses import dataclass

from plm_engine.completion.language import LanguageGuard
from plm_engine.completion.propriety import proper
from plm_engine.completion.surroundings import unfit_place
from plm_engine.completion.types import Suppression
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory.memory import NgramMemory

_LEAST_OVERLAP = 2
_OWN_PHRASE = 2
"""Tokens of context that the memory must know to speak alone, in a language the model does not."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What fits one place in one text."""

    vocabulary: Vocabulary
    language: LanguageGuard
    memory: NgramMemory | None
    before: str
    after: str

    def reason_to_be_silent(self) -> Suppression | None:
        """Why nothing can be right here, whatever the model thinks."""
        if not self.before.strip():
            return Suppression.EMPTY
        if self.before[-1].isalnum() and self.after[:1].isalnum():
            return Suppression.MID_WORD
        if reason := unfit_place(self.before, self.after):
            return reason
        if not self.memory and not self.language.knows(self.before):
            return Suppression.FOREIGN_LANGUAGE
        return None

    def fitting(self, text: str, order: int) -> tuple[str, Suppression | None]:
        """What of an offer can be shown, or why nothing can.

        ``order`` is how many tokens of context the memory knew.
        """
        if order < _OWN_PHRASE and not self.language.knows(self.before):
            return "", Suppression.FOREIGN_LANGUAGE
        text = proper(text, self.before, self._wrote)
        if not text.strip():
            return "", Suppression.IMPROPER
        text = _without_overlap(text, self.after)
        return (text, None) if text.strip() else ("", Suppression.REPEATS_AFTER)

    def _wrote(self, word: str) -> bool:
        """Whether the user has written a word before."""
        if self.memory is None:
            return False
        spellings = {before + form for form in (word, word.lower()) for before in ("", " ")}
        return any(self.memory.has(self.vocabulary.encode(form).ids) for form in spellings)


def _without_overlap(text: str, after: str) -> str:
    """Take off an end of the suggestion that already stands after the caret."""
    ahead = after.lstrip()
    if not ahead:
        return text
    if ahead.startswith(text.strip()):
        return ""
    for length in range(min(len(text), len(ahead)), _LEAST_OVERLAP, -1):
        if text.endswith(ahead[:length]):
            return text[:-length].rstrip()
    return text
