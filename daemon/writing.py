"""The user's own writing: the documents on disk and what is known of them, always in step.

Whoever keeps or deletes a document does it here. Blocks until it is done: call it in a thread.
"""

from __future__ import annotations

import datetime
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from daemon.learning.personal import Fusion
from daemon.protocol.messages import Capture
from daemon.store import Store
from daemon.store.documents import Stored, Written
from daemon.store.personas import DEFAULT, PersonaError
from daemon.store.selection import Which
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


@dataclass(slots=True)
class _Known:
    """All that is known of one persona; nothing of it is known of another."""

    personal: Personal
    memory: NgramMemory = field(default_factory=NgramMemory)
    recent: RecentTexts = field(default_factory=RecentTexts)
    version: int | None = None

    def learn(self, texts: Sequence[tuple[int, Text]]) -> None:
        self.memory.learn_all(texts)
        self.recent.learn_all(texts)

    def forget(self, documents: Sequence[int]) -> None:
        self.memory.forget_all(documents)
        self.recent.forget_all(documents)


class Writing:
    """Documents that are kept are known at once; those that are deleted are forgotten at once."""

    def __init__(
        self,
        store: Store,
        vocabulary: Vocabulary,
        base: InstalledBase,
        shared_file: Path | None = None,
    ) -> None:
        self.base = base
        self.fusion = Fusion(base, shared_file)
        self.store = store
        self.persona = DEFAULT
        """Who writes where no site says otherwise."""
        self._of_sites: Mapping[str, str] = {}
        self._known: dict[str, _Known] = {DEFAULT: _Known(self.fusion.nothing)}
        self._vocabulary = vocabulary
        # Without it a text could be learned after it was deleted.
        self._in_step = threading.Lock()

    def who_writes_on(self, site: str | None) -> str:
        """The persona of a site, or the one in use."""
        return self._of_sites.get(site, self.persona) if site else self.persona

    def known(self, persona: str) -> OwnWriting:
        """As of now."""
        known = self._known.get(persona)
        if known is None:  # it was removed meanwhile
            return NOTHING_KNOWN
        return OwnWriting(known.memory, known.recent.preamble, known.personal)

    def known_on(self, site: str | None) -> OwnWriting:
        """What may be known of who writes there."""
        return self.known(self.who_writes_on(site))

    def version(self, persona: str) -> int | None:
        """What was learned of it and is in use."""
        known = self._known.get(persona)
        return known.version if known else None

    def habits(self, persona: str, most: int) -> list[Habit]:
        """The phrases that its memory knows best."""
        known = self._known.get(persona)
        return habits(known.memory, self._vocabulary, most) if known else []

    def remember_all(self) -> None:
        """Build what is known from what is on disk."""
        with self._in_step:
            self._read_personas()
            texts: dict[str, list[tuple[int, Text]]] = defaultdict(list)
            for page in self.store.documents.pages():
                for one, text in zip(page, self._tokenised(page), strict=True):
                    texts[one.persona].append(text)
            for persona, written in texts.items():
                self._known[persona].learn(written)
        for persona in tuple(self._known):
            self.load_personal(persona)

    def personas_changed(self) -> None:
        """One was added, removed or chosen, for a site or everywhere."""
        with self._in_step:
            self._read_personas()

    def load_personal(self, persona: str) -> None:
        """Take up the version that is in use by now."""
        versions = self.store.versions
        with self._in_step:  # else one that is retired meanwhile could be taken up last
            known = self._known.get(persona)
            if known and versions.number_in_use(persona) != known.version:
                known.personal = self.fusion.load(versions, persona)
                known.version = versions.number_in_use(persona)

    def use_shared(self, file: Path | None) -> None:
        """Another shared adapter is fused with what was learned of every persona."""
        with self._in_step:
            self.fusion = Fusion(self.base, file)
            for persona, known in self._known.items():
                known.personal = self.fusion.load(self.store.versions, persona)
                known.version = self.store.versions.number_in_use(persona)

    def keep(self, capture: Capture, written: str = "", persona: str | None = None) -> int:
        """Store and learn a text; by default, of who writes on its site. Returns its number.

        Raises `StoreError`.
        """
        with self._in_step:
            stored = self._add(capture, written, persona or self.who_writes_on(capture.site))
        self._let_go_of_replaced(stored)
        return stored.id

    def receive(self, capture: Capture, written: datetime.datetime) -> int | None:
        """The same for a text that was on its way; None if it was deleted meanwhile."""
        with self._in_step:
            who = self.who_writes_on(capture.site)
            if self.store.deletions.cover(capture, who, written):
                return None
            stored = self._add(capture, written.isoformat(timespec="seconds"), who)
        self._let_go_of_replaced(stored)
        return stored.id

    def delete(self, which: Which) -> int:
        """Delete and forget. Returns how many. Raises `StoreError`."""
        with self._in_step:
            gone = self.store.documents.delete(which)
            for known in self._known.values():
                known.forget(gone)
        for persona in tuple(self._known):
            self.load_personal(persona)
        return len(gone)

    def remove(self, persona: str) -> None:
        """With all that it wrote and all that was learned of it. Raises `StoreError`."""
        with self._in_step:
            self.store.personas.remove(persona)
            self._read_personas()

    def _add(self, capture: Capture, written: str, persona: str) -> Stored:
        if persona not in self._known:
            raise PersonaError("There is no persona of this name.")
        stored = self.store.documents.add(capture, written, persona)
        one = Written(stored.id, stored.persona, capture.text)
        self._known[stored.persona].learn(list(self._tokenised([one])))
        return stored

    def _let_go_of_replaced(self, stored: Stored) -> None:
        """What was learned from the text that this one replaces is retired."""
        if stored.replaced:
            self.load_personal(stored.persona)

    def _read_personas(self) -> None:
        personas = self.store.personas
        names = [one.name for one in personas.all()]
        nothing = self.fusion.nothing
        self._known = {name: self._known.get(name) or _Known(nothing) for name in names}
        self._of_sites = personas.of_sites()
        self.persona = personas.in_use()

    def _tokenised(self, texts: Sequence[Written]) -> Iterable[tuple[int, Text]]:
        contents = self._vocabulary.documents([one.text for one in texts])
        return zip((one.id for one in texts), contents, strict=True)
