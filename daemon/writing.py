"""The user's own writing: the documents on disk and the memory made from them, always in step.

Whoever keeps or deletes a document does it here. Blocks until it is done: call it in a thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from daemon.protocol.messages import Capture
from daemon.store import Store
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.segment import Text

Tokenise = Callable[[Sequence[str]], Sequence[Text]]
"""Texts as the memory learns them."""


class Writing:
    """Documents that are kept are known at once; those that are deleted are forgotten at once."""

    def __init__(self, store: Store, tokenise: Tokenise) -> None:
        self.memory = NgramMemory()
        self._store = store
        self._tokenise = tokenise
        # Without it a text could be learned after it was deleted.
        self._in_step = threading.Lock()

    def remember_all(self) -> None:
        """Build the memory from what is on disk."""
        with self._in_step:
            pages = self._store.documents.pages()
            self.memory.learn_all(learned for page in pages for learned in self._tokenised(page))

    def keep(self, capture: Capture) -> int:
        """Store and learn a text. Returns its number. Raises `StoreError`."""
        with self._in_step:
            number = self._store.documents.add(capture)
            self.memory.learn_all(self._tokenised([(number, capture.text)]))
            return number

    def delete(
        self,
        ids: Sequence[int] | None = None,
        site: str | None = None,
        *,
        everything: bool = False,
    ) -> int:
        """Delete and forget by number, by site, or all. Returns how many. Raises `StoreError`."""
        with self._in_step:
            gone = self._store.documents.delete(ids, site, everything=everything)
            self.memory.forget_all(gone)
            return len(gone)

    def _tokenised(self, texts: Sequence[tuple[int, str]]) -> Iterable[tuple[int, Text]]:
        numbers, contents = zip(*texts, strict=True)
        return zip(numbers, self._tokenise(contents), strict=True)
