"""The user's own writing: the documents on disk and the memory made from them, always in step.

Whoever keeps or deletes a document does it here. Blocks until it is done: call it in a thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daemon.learning.personal import load_personal
from daemon.protocol.messages import Capture
from daemon.store import Store
from daemon.store.documents import Which
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.habits import Habit, habits
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory.memory import NgramMemory
from plm_engine.memory.recent import RecentTexts
from plm_engine.memory.segment import Text
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal


@dataclass(frozen=True, slots=True)
class OwnWriting:
    """What the engine may know of it."""

    memory: NgramMemory | None = None
    preamble: tuple[int, ...] = ()
    personal: Personal = NOTHING_LEARNED


NOTHING_KNOWN = OwnWriting()
PERSONA = "default"


class Writing:
    """Documents that are kept are known at once; those that are deleted are forgotten at once."""

    def __init__(self, store: Store, vocabulary: Vocabulary, base: InstalledBase) -> None:
        self.base = base
        self._vocabulary = vocabulary
        self._personal = NOTHING_LEARNED
        self.version: int | None = None
        """In use."""
        self._memory = NgramMemory()
        self._recent = RecentTexts()
        self.store = store
        # Without it a text could be learned after it was deleted.
        self._in_step = threading.Lock()

    @property
    def known(self) -> OwnWriting:
        """As of now."""
        return OwnWriting(self._memory, self._recent.preamble, self._personal)

    def remember_all(self) -> None:
        """Build the memory from what is on disk."""
        with self._in_step:
            pages = self.store.documents.pages()
            self._learn([text for page in pages for text in self._tokenised(page)])
        self.load_personal()

    def habits(self, most: int) -> list[Habit]:
        """The phrases that the memory knows best."""
        return habits(self._memory, self._vocabulary, most)

    def load_personal(self) -> None:
        """Take up the version that is in use by now."""
        versions = self.store.versions
        with self._in_step:  # else one that is retired meanwhile could be taken up last
            if versions.number_in_use(PERSONA) != self.version:
                self._personal = load_personal(versions, PERSONA, self.base)
                self.version = versions.number_in_use(PERSONA)

    def keep(self, capture: Capture, written: str = "") -> int:
        """Store and learn a text. Returns its number. Raises `StoreError`."""
        with self._in_step:
            number = self.store.documents.add(capture, written)
            self._learn(list(self._tokenised([(number, capture.text)])))
            return number

    def delete(self, which: Which) -> int:
        """Delete and forget. Returns how many. Raises `StoreError`."""
        with self._in_step:
            gone = self.store.documents.delete(which)
            self._memory.forget_all(gone)
            self._recent.forget_all(gone)
        self.load_personal()
        return len(gone)

    def _learn(self, texts: Sequence[tuple[int, Text]]) -> None:
        self._memory.learn_all(texts)
        self._recent.learn_all(texts)

    def _tokenised(self, texts: Sequence[tuple[int, str]]) -> Iterable[tuple[int, Text]]:
        numbers, contents = zip(*texts, strict=True)
        return zip(numbers, self._vocabulary.documents(contents), strict=True)
