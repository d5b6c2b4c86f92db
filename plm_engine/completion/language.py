"""Whether a text is in a language that the base model knows.

In any other, a small model spells plausible nonsense. The letters tell a foreign script at once;
for the rest CLD2 is asked, once there is enough to tell. Doubt counts as known: a short text,
names, two languages mixed. Both answer in less time than it would take to keep the answer.

CLD2 comes compiled for the common platforms only; elsewhere the script alone decides.
"""

from __future__ import annotations

import unicodedata

try:
    import pycld2
except ImportError:
    pycld2 = None

_LETTERS = 40
"""How many letters before the caret show the script."""
_LEAST_FOREIGN_LETTERS = 2
_LEAST_CHARS = 50
_WINDOW_CHARS = 100
"""How much is judged: enough to be sure, and short enough to notice a change of language."""
_SCRIPTS = {
    "ar": ("ARABIC",),
    "bg": ("CYRILLIC",),
    "el": ("GREEK",),
    "fa": ("ARABIC",),
    "he": ("HEBREW",),
    "hi": ("DEVANAGARI",),
    "ja": ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),
    "ko": ("HANGUL",),
    "ru": ("CYRILLIC",),
    "th": ("THAI",),
    "uk": ("CYRILLIC",),
    "zh": ("CJK",),
}
"""By language, as the names of letters in Unicode begin; any other is written in Latin letters."""


class LanguageGuard:
    """Tells texts in some languages (ISO 639-1) from those in others."""

    def __init__(self, languages: tuple[str, ...] = ("en",)) -> None:
        self._languages = frozenset(languages)
        scripts = (_SCRIPTS.get(language, ("LATIN",)) for language in languages)
        self._scripts = frozenset(name for names in scripts for name in names)

    def knows(self, before: str) -> bool:
        """False only when the end of the text is surely in another language."""
        end = before[-_WINDOW_CHARS:]
        if not self._knows_script(end):
            return False
        if pycld2 is None or len(end.strip()) < _LEAST_CHARS:
            return True
        return self._knows_language(end)

    def _knows_script(self, text: str) -> bool:
        if text.isascii():
            return True
        letters = [letter for letter in text if letter.isalpha()][-_LETTERS:]
        foreign = sum(_script(letter) not in self._scripts for letter in letters)
        return foreign < _LEAST_FOREIGN_LETTERS or 3 * foreign <= len(letters)

    def _knows_language(self, text: str) -> bool:
        try:
            reliable, _, found = pycld2.detect(text, isPlainText=True)
        except pycld2.error:  # it refuses some control characters
            return True
        codes = {code.partition("-")[0] for name, code, *_ in found if name != "Unknown"}
        return not reliable or not codes or bool(codes & self._languages)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
