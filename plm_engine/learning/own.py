"""Which tokens of a document the user wrote: what is quoted or pasted is read, and not learned."""

from __future__ import annotations

from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.learning.job import Text
from plm_engine.learning.windows import OwnText

_QUOTE = (">", "|>", "»")


def own_tokens(vocabulary: Vocabulary, text: Text) -> OwnText:
    """A document as the learner reads it."""
    encoding = vocabulary.encode(text.text)
    foreign = _quoted(text.text)
    for start, end in text.pasted:
        foreign[start:end] = [True] * len(foreign[start:end])
    own = [not any(foreign[start:end]) for start, end in encoding.offsets]
    return OwnText(text.number, [vocabulary.document_start, *encoding.ids], [False, *own])


def _quoted(text: str) -> list[bool]:
    """Of each character, whether it stands in a line that quotes somebody."""
    marks: list[bool] = []
    for line in text.splitlines(keepends=True):
        marks += [line.lstrip().startswith(_QUOTE)] * len(line)
    return marks
