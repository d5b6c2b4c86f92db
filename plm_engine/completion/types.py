"""What goes into a completion and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from plm_engine.completion.gate import Grounds
from plm_engine.completion.presets import THRESHOLDS, Amount
from plm_engine.memory.memory import NgramMemory
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal

DEFAULT_THRESHOLD = THRESHOLDS[Amount.BALANCED]
"""What a suggestion must reach when nobody asked for it."""
EXPLICIT_THRESHOLD = 0.03
"""What it must reach when the user asked for one."""


class Suppression(StrEnum):
    """Why nothing is shown."""

    EMPTY = "empty"
    """No text to continue."""
    LOW_CONFIDENCE = "low_confidence"
    """The model is not sure enough of its first word."""
    NOTHING_TO_ADD = "nothing_to_add"
    """The text ends here, as far as the model can tell."""
    MID_WORD = "mid_word"
    """The caret stands inside a word."""
    REPEATS_AFTER = "repeats_after"
    """The text after the caret already says it."""
    CODE = "code"
    """The text looks like a program, not like prose."""
    ADDRESS = "address"
    """The caret stands in a URL, an e-mail address, a path or a handle."""
    FOREIGN_LANGUAGE = "foreign_language"
    """The text is in a language that the base model does not know."""
    IMPROPER = "improper"
    """It would have been profane, or a number or an address that nobody wrote."""
    BACKING_OFF = "backing_off"
    """The last few suggestions in this field were dismissed."""
    CANCELLED = "cancelled"
    """A newer request took its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """Text around the caret in one field."""

    field: str
    """Opaque name of the field; requests for the same field share a KV cache."""
    before: str
    after: str = ""
    memory: NgramMemory | None = None
    """What the user wrote before; without it the model is alone."""
    preamble: tuple[int, ...] = ()
    """Tokens of what the user wrote last, for the model to read before a text that begins."""
    personal: Personal = NOTHING_LEARNED
    """What was learned of who writes."""
    max_words: int = 8
    threshold: float = DEFAULT_THRESHOLD
    """Least probability of the first word for anything to be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What to show after the caret. ``text`` is empty exactly when ``suppressed`` is set."""

    text: str = ""
    confidence: float = 0.0
    """Probability that the first word is right."""
    grounds: Grounds | None = None
    """What that is believed on."""
    suppressed: Suppression | None = None
    tokens: int = 0
    """Tokens decoded."""
    ms: float = 0.0
    phases: dict[str, float] = field(default_factory=dict)
    """Milliseconds by phase: tokenise, prefill, decode."""


OnUpdate = Callable[[Suggestion], None]
"""Called with each longer text while decoding goes on, in the engine's thread."""
IsCancelled = Callable[[], bool]
"""Asked before every model step."""
