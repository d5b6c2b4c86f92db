"""Which part of a field's text the model reads: stable while the user types on.

The client sends a window that ends at the caret. Once a text is longer than the window, its start
moves with every key, and a model that followed it would read everything again each time. So the
context keeps its own start until it has grown too long; then it starts anew, later, once.
"""

from __future__ import annotations

from plm_engine.completion.vocabulary import Vocabulary

MAX_TOKENS = 640
FRESH_TOKENS = 320
WINDOW_UNITS = 1_900
"""A text before the caret of so many UTF-16 units is taken to be cut by the client's window."""
_PROBE_CHARS = 48
_MAX_ANCHORED_CHARS = 12_000


def anchor(previous: str, before: str) -> str:
    """Continue the previous context if ``before`` overlaps with it, else begin with ``before``.

    What comes back ends with ``before``, or is an end of it.
    """
    if not previous:
        return before
    kept = before.find(previous[:_PROBE_CHARS]) if len(previous) >= _PROBE_CHARS else -1
    if kept >= 0:
        return before[kept:]
    if _is_window(before) and len(previous) < _MAX_ANCHORED_CHARS:
        moved = previous.find(before[:_PROBE_CHARS])
        if moved > 0:
            return previous[:moved] + before
    return before


def fit(context: str, vocabulary: Vocabulary) -> str:
    """The context itself, or its end from a word on, if it has more tokens than are kept."""
    encoding = vocabulary.encode(context)
    if len(encoding.ids) <= MAX_TOKENS:
        return context
    words, first = encoding.word_ids, len(encoding.ids) - FRESH_TOKENS
    while first < len(words) - 1 and words[first] == words[first - 1]:
        first += 1
    return context[encoding.offsets[first][0] :]


def _is_window(before: str) -> bool:
    return len(before.encode("utf-16-le")) // 2 >= WINDOW_UNITS
