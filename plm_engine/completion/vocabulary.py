"""The tokens as bytes: what each spells, and which can begin to spell something given."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from plm_engine.base.installed import InstalledBase
from plm_engine.memory.recall import Letters

_FIRST_NON_ASCII = 0x80
_HIGHEST = b"\xff"  # no UTF-8 text contains this byte, so it sorts after every continuation


class Vocabulary:
    """Tokeniser and spelling of one base model."""

    def __init__(self, base: InstalledBase) -> None:
        self._tokenizer = Tokenizer.from_file(str(base.tokenizer))
        self.control = base.control_tokens
        self.document_start = base.document_start
        self.spellings = self._read_spellings(base.config.vocabulary)
        """Bytes of each token; empty for tokens that stand for no text."""
        self.goes_on = np.fromiter((_goes_on(name) for name in self.spellings), np.bool_)
        """Whether a token goes on with a word rather than begin one."""
        self.begins_anew = np.fromiter((begins_anew(name) for name in self.spellings), np.bool_)
        """Whether a token cannot belong to the word before it; so for tokens without text."""
        self._ids = {name: token for token, name in enumerate(self.spellings) if name}
        self._names = sorted(self._ids)
        self._sorted_ids = np.asarray([self._ids[name] for name in self._names], np.int64)

    def encode(self, text: str) -> Encoding:
        """Token ids with, for each, the index of the pre-token (word) that it belongs to."""
        return self._tokenizer.encode(text, add_special_tokens=False)

    def documents(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Whole texts as the memory learns them, with the document start. Uses every core."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.asarray([self.document_start, *one.ids], np.int32) for one in encodings]

    def able_to_spell(self, wanted: bytes) -> NDArray[np.int64]:
        """Tokens, ascending, that agree with ``wanted`` as far as both go."""
        first = bisect_left(self._names, wanted)
        continuations = self._sorted_ids[first : bisect_left(self._names, wanted + _HIGHEST)]
        beginnings = [
            self._ids[wanted[:length]]
            for length in range(1, len(wanted))
            if wanted[:length] in self._ids
        ]
        return np.sort(np.concatenate([np.asarray(beginnings, np.int64), continuations]))

    def letters(self, typed: bytes) -> Letters | None:
        """Letters that are typed, if any are, as the memory wants them."""
        if not typed:
            return None
        beginnings = {
            self._ids[typed[:length]]: self.able_to_spell(typed[length:])
            for length in range(1, len(typed))
            if typed[:length] in self._ids
        }
        return Letters(self.able_to_spell(typed), beginnings)

    def _read_spellings(self, size: int) -> list[bytes]:
        alphabet = byte_alphabet()
        spellings = []
        for token in range(size):
            name = "" if token in self.control else self._tokenizer.id_to_token(token) or ""
            spellings.append(bytes(alphabet[letter] for letter in name))
        return spellings


def _goes_on(spelling: bytes) -> bool:
    return bool(spelling) and (spelling[0] >= _FIRST_NON_ASCII or spelling[:1].isalnum())


def begins_anew(spelling: bytes) -> bool:
    """Whether a token cannot belong to the word before it, as ``'t`` and ``able`` can."""
    return not spelling.startswith(b"'") and not _goes_on(spelling)


def byte_alphabet() -> dict[str, int]:
    """The letter that stands for each byte in a byte-level BPE vocabulary (GPT-2, 2019)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(printable)]
    alphabet = {chr(byte): byte for byte in printable}
    alphabet |= {chr(256 + i): byte for i, byte in enumerate(others)}
    return alphabet
