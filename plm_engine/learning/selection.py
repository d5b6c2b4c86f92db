"""Which texts are learned from, which are only remembered, and which judge.

The newest texts judge. Of those before, the ones that no version has learned from yet are learned,
together with a sample of the older ones, so that these are not forgotten (experience replay:
Rolnick et al., 2019).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from plm_engine.learning.job import Text

HELD_OUT_SHARE = 5
MOST_HELD_OUT = 16
LEAST_TEXTS = 8
"""Fewer are too few to learn from and to judge by."""
MOST_CHARS_OF_A_TEXT = 4_000
MOST_CHARS = {"prompt": 12_000, "adapter": 80_000}
"""Learned in one go; some four characters make a token."""
LEAST_CHARS_OF_A_TEXT = 12
_REMEMBERED = 2_000
"""Texts that the memory knows when it judges, the newest."""

Reads = Callable[[str], bool]
"""Whether the base model knows a text's language."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Each in the order of time."""

    earlier: list[Text]
    texts: list[Text]
    held_out: list[Text]


def select(
    texts: Sequence[Text],
    learned: Collection[int],
    *,
    most_chars: int,
    reads: Reads = lambda _: True,
    seed: int = 0,
) -> Selection | None:
    """Choose among all texts, given in the order of time; None if there are too few new ones.

    ``learned`` are the numbers of those that the version in use has learned from.
    """
    usable = _usable(texts, reads)
    if len(usable) < LEAST_TEXTS:
        return None
    count = _held_out(usable)
    before, held_out = usable[:-count], usable[-count:]
    new = newest([text for text in before if text.number not in learned], most_chars)
    if not new:
        return None
    chosen = with_replay(before, new, most_chars, seed)
    wanted = {text.number for text in chosen}
    first = min(wanted)
    earlier = [text for text in before if text.number < first][-_REMEMBERED:]
    return Selection(earlier, [text for text in before if text.number in wanted], held_out)


def to_try_on(texts: Sequence[Text], *, reads: Reads = lambda _: True) -> Selection | None:
    """The same texts that judge what is learned also judge what comes from others: nothing is
    learned. None if there are too few."""
    usable = _usable(texts, reads)
    if len(usable) < LEAST_TEXTS:
        return None
    count = _held_out(usable)
    return Selection(usable[:-count][-_REMEMBERED:], [], usable[-count:])


def to_share(
    texts: Sequence[Text], allowed: Collection[int], *, reads: Reads = lambda _: True
) -> list[Text]:
    """Those that an update for others may be made of, in the order of time: of the numbers that are
    allowed, and none of those that judge."""
    usable = _usable(texts, reads)
    if len(usable) < LEAST_TEXTS:
        return []
    return [text for text in usable[: -_held_out(usable)] if text.number in allowed]


def _held_out(usable: Sequence[Text]) -> int:
    return min(MOST_HELD_OUT, len(usable) // HELD_OUT_SHARE + 2)


def _usable(texts: Sequence[Text], reads: Reads) -> list[Text]:
    """Shortened; without copies, fragments, and what the model cannot read."""
    seen: set[str] = set()
    usable = []
    for text in reversed(texts):
        content = text.text[:MOST_CHARS_OF_A_TEXT]
        key = " ".join(content.lower().split())
        if len(key) >= LEAST_CHARS_OF_A_TEXT and key not in seen and reads(content):
            usable.append(Text(text.number, content, text.pasted))
        seen.add(key)
    return usable[::-1]


def newest(texts: Sequence[Text], most_chars: int) -> list[Text]:
    """As many of the newest as there is room for, one at least."""
    chosen: list[Text] = []
    chars = 0
    for text in reversed(texts):
        chars += len(text.text)
        if chosen and chars > most_chars:
            break
        chosen.append(text)
    return chosen[::-1]


def with_replay(
    before: Sequence[Text], new: Sequence[Text], most_chars: int, seed: int
) -> list[Text]:
    """The new ones, and as much again of older ones, as far as there is room, in no order."""
    taken = {text.number for text in new}
    chars = sum(len(text.text) for text in new)
    room = min(chars, most_chars - chars)
    older = [text for text in before if text.number not in taken]
    random.Random(f"replay {seed}").shuffle(older)  # noqa: S311 - nothing secret
    replayed: list[Text] = []
    for text in older:
        if len(text.text) > room:
            break
        room -= len(text.text)
        replayed.append(text)
    return [*new, *replayed]
