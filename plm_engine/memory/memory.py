"""What the user wrote before, and what followed there: learned and forgotten text by text.

All counts are integers, so that a text that is learned and forgotten again has never been there,
to the last bit of every prediction.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence

from plm_engine.memory.phrases import Phrase, recurring
from plm_engine.memory.recall import Letters, Recall, recall
from plm_engine.memory.segment import ORDER, Text, context_keys
from plm_engine.memory.state import nothing

RECENT_TEXTS = 10


class NgramMemory:
    """Learns in microseconds a text. Reading is safe while another thread learns."""

    def __init__(self) -> None:
        self._state = nothing()
        self._known: set[int] = set()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._state)

    def __contains__(self, document: int) -> bool:
        return document in self._known

    def learn(self, document: int, tokens: Text) -> None:
        """Learn a text, from its document start on; an earlier one of the same number goes."""
        self.learn_all([(document, tokens)])

    def learn_all(self, texts: Iterable[tuple[int, Text]]) -> None:
        """Learn many texts at once: faster than one by one. Later ones have higher numbers."""
        new = dict(texts)
        if not new:
            return
        with self._lock:
            again = self._known & new.keys()
            self._known |= new.keys()
            kept = self._state.without(again, self._recent())
            self._state = kept.learned(list(new.items()), self._recent())

    def forget(self, document: int) -> None:
        """Forget a text, if it is known."""
        self.forget_all([document])

    def forget_all(self, documents: Iterable[int]) -> None:
        """Forget many texts at once: as fast as one."""
        with self._lock:
            gone = self._known & set(documents)
            self._known -= gone
            self._state = self._state.without(gone, self._recent())

    def has(self, tokens: Sequence[int]) -> bool:
        """Whether some text contains these tokens, one after the other (the last few, if many)."""
        state = self._state
        *context, last = tokens[-ORDER - 1 :]
        if not context:
            return last < len(state.unigrams) and bool(state.unigrams[last])
        keys = context_keys(context)
        for level in state.levels:
            ranges = list(level.ranges(keys))
            if len(ranges) >= len(context) and last in level.following[ranges[len(context) - 1]]:
                return True
        return False

    def recall(self, context: Sequence[int], letters: Letters | None = None) -> Recall:
        """What followed the end of ``context``, as far as it agrees with the letters typed."""
        return recall(self._state, context, letters)

    def phrases(self) -> Iterator[Phrase]:
        """What recurs, the most frequent first."""
        return recurring(self._state)

    def _recent(self) -> int:
        return max(self._known, default=0) - RECENT_TEXTS
