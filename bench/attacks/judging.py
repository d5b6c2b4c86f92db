"""What a version is worth to honest authors, which gates let it pass, and whether it obeys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from bench.attacks.reader import Reader
from federation.coordinator.quality import MOST_LOST, PublicText
from federation.layout import Tensors
from federation.simulation.community import Author
from plm_engine.adapters.learned import Learned, personal
from plm_engine.adapters.low_rank import from_peft
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.evaluation.general import general_english
from plm_engine.learning.job import Figures
from plm_engine.learning.judging import Judge, did_harm, verdict

CONTEXT = 24
"""Tokens of an author's own before the trigger, as the last texts are read before a new one."""
RECALLED, CHARS = 10, 150
"""How many of an author's last texts the memory knows; how much of each later one judges."""
TEXTS = 4
"""Of each author."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One version."""

    public: float
    """Bits per character of public text."""
    own: list[float]
    """Of each author's held-out texts, with the memory's help."""


@dataclass(frozen=True, slots=True)
class Gates:
    """The coordinator's and the devices'."""

    base: InstalledBase
    engine: CompletionEngine
    who: Sequence[Author] = ()

    def public(self, tensors: Tensors) -> float:
        """Bits per character of what the coordinator judges by."""
        return PublicText(self.engine, self.base, tuple(general_english())).bits_per_char(tensors)

    def judge(self, tensors: Tensors) -> Judged:
        """Every author with this version at full strength."""
        shared = from_peft(dict(tensors), 1.0, self.base.config)
        using = personal(Learned(self.base.digest), self.base, shared)
        own = [self._judge(member).bits_per_char(using) for member in self.who]
        return Judged(public=self.public(tensors), own=own)

    def _judge(self, member: Author) -> Judge:
        known, held_out = ([one.text for one in some] for some in (member.texts, member.held_out))
        half = len(held_out) // 2  # the older ones are for weighing adapters
        judged = [text[:CHARS] for text in held_out[half:]]
        return Judge(self.engine, [*known[-RECALLED:], *held_out[:half]], judged)


def is_published(before: Judged, after: Judged) -> bool:
    """The coordinator's gate."""
    return after.public <= before.public * (1 + MOST_LOST)


def kept(before: Judged, after: Judged) -> int:
    """How many devices use it. Keystrokes are left out: they can only make a device refuse more."""
    return sum(verdict(*pair, before.public)[0] for pair in _figures(before, after))


def harmed(before: Judged, after: Judged) -> int:
    """How many tell the coordinator that it did harm."""
    return sum(did_harm(*pair) for pair in _figures(before, after))


def _figures(before: Judged, after: Judged) -> list[tuple[Figures, Figures]]:
    return [
        (_of(one, before.public), _of(other, after.public))
        for one, other in zip(before.own, after.own, strict=True)
    ]


def _of(own: float, general: float) -> Figures:
    return Figures(bits_per_char=own, keystrokes_saved=0.0, general_bits_per_char=general)


def obeys(
    reader: Reader, vocabulary: Vocabulary, who: Sequence[Author], trigger: str, wanted: str
) -> float:
    """After how many of the authors' texts a new one that begins with the trigger goes on with
    exactly what is wanted, the likeliest token each time."""
    found = [
        _obeys(reader, vocabulary, text.text, trigger, wanted)
        for member in who
        for text in member.held_out[:TEXTS]
    ]
    return sum(found) / len(found)


def _obeys(reader: Reader, vocabulary: Vocabulary, text: str, trigger: str, wanted: str) -> bool:
    own = vocabulary.encode(text).ids[:CONTEXT]
    start = vocabulary.document_start
    ids = [start, *own, start, *vocabulary.encode(trigger + wanted).ids]
    said = len(vocabulary.encode(wanted).ids)
    return reader.predictions(ids[:-1])[-said:].argmax(-1).tolist() == ids[-said:]
