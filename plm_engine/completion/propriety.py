"""What a suggestion must not say of its own accord: profanity, and facts that nobody wrote.

A small model knows no telephone number, price, date or address; whatever it spells is invented,
and an invention that looks exact is worse than none. What the user wrote before is the user's own
to write again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from profanex import Filter, FilterConfig

from plm_engine.completion.surroundings import is_address

Known = Callable[[str], bool]

FURTHER_PROFANITY = Path(__file__).with_name("profanity.txt")
"""What the list that `profanex` brings lacks: mostly slurs and inflected forms."""
_MAX_TYPED_CHARS = 64
_PHRASE_CHARS = 32
"""How far before the caret a profane phrase may begin."""
_TOKEN = re.compile(r"\S+")
_AROUND = "\"'([{<“”\u2018\u2019«»,.;:!?)]}>…*_`"
_APOSTROPHES = str.maketrans("'\u2019", "  ")
"""What follows one is no part of the word before it."""
_DIGIT = re.compile(r"\d")
_ADDRESS_SIGN = re.compile(r"[@#/\\~.:\d]")


def proper(text: str, before: str, known: Known) -> str:
    """The longest beginning of whole words that is fit to be shown after ``before``.

    ``known`` is asked about bare words, without the punctuation around them, whether the user
    wrote them before. Where ``text`` goes on with a word being typed, the whole word is judged.
    """
    typed = "" if text[:1].isspace() else _typed(before)
    cut = min(_first_invention(text, typed, before, known), _first_profanity(text, before, known))
    return text if cut >= len(text) else text[:cut].rstrip()


def _typed(before: str) -> str:
    """The part of a word that stands right before the caret."""
    if not before or before[-1].isspace():
        return ""
    return before[-_MAX_TYPED_CHARS:].rsplit(maxsplit=1)[-1]


def _first_invention(text: str, typed: str, before: str, known: Known) -> int:
    """Where the first number or address begins that nobody wrote; the length if there is none."""
    if not _ADDRESS_SIGN.search(typed + text):
        return len(text)
    for start, new in _tokens(text):
        word = typed + new if start == 0 else new
        if not (_DIGIT.search(new) or is_address(word)):
            continue
        bare = word.strip(_AROUND)
        if not (known(bare) or _occurs(bare, before)):
            return start
    return len(text)


def _first_profanity(text: str, before: str, known: Known) -> int:
    """Where the first word begins that is profane or part of a profane phrase, likewise."""
    profanity = _profanity()
    context = before[-_PHRASE_CHARS:]
    whole = (context + text).translate(_APOSTROPHES)
    if not profanity.contains(whole):
        return len(text)
    for match in profanity.find(whole):
        typed = match.end <= len(context)
        if typed or all(known(word) for word in match.text.split()):
            continue
        start = match.start - len(context)
        return max((first for first, _ in _tokens(text) if first <= start), default=0)
    return len(text)


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    """What has no space in it, and where it begins."""
    return ((match.start(), match.group()) for match in _TOKEN.finditer(text))


def _occurs(word: str, before: str) -> bool:
    """Whether a word stands in a text as a whole, in any case."""
    if not word:
        return False
    word, before = word.lower(), before.lower()
    place = before.find(word)
    while place >= 0:
        end = place + len(word)
        if not (before[place - 1 : place].isalnum() or before[end : end + 1].isalnum()):
            return True
        place = before.find(word, place + 1)
    return False


@cache
def _profanity() -> Filter:
    further = FURTHER_PROFANITY.read_text("utf-8").split()
    return Filter(FilterConfig(extra_banned=further))
