"""Mid-word healing: step back before the word being typed and let the model spell it anew.

A text that stops in the middle of a word is tokenised in a way that the model never saw ("I woul"
ends in a token "oul"), and it goes on with a space or worse. So the last pre-token is taken off,
and the first new tokens must spell at least its bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from plm_engine.completion.vocabulary import Vocabulary

MAX_TYPED_BYTES = 64


@dataclass(frozen=True, slots=True)
class Healed:
    """A text cut in two: what the model reads, and what it must then spell."""

    tokens: list[int]
    """From the document start to the last whole word."""
    typed: bytes
    """The rest, in UTF-8; new tokens must begin with it."""


def well_formed(text: str) -> str:
    """Join surrogate pairs; replace lone surrogates, which JavaScript strings may hold."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def heal(text: str, vocabulary: Vocabulary) -> Healed:
    """Cut a well-formed text before its last pre-token.

    A pre-token longer than 64 bytes (a URL, a run of dashes) stays whole: nobody completes it.
    """
    start = [vocabulary.document_start]
    encoding = vocabulary.encode(text)
    if not encoding.ids:
        return Healed(start, b"")
    words = encoding.word_ids
    first = words.index(words[-1])
    typed = text[encoding.offsets[first][0] :].encode()
    if len(typed) > MAX_TYPED_BYTES:
        return Healed(start + encoding.ids, b"")
    return Healed(start + encoding.ids[:first], typed)
