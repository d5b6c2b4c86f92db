"""What a user's text holds that is not the user's own is read, and not learned."""

from __future__ import annotations

from itertools import compress

from plm_engine.base import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.learning.job import Text
from plm_engine.learning.own import own_tokens


def learned(base: InstalledBase, text: Text) -> str:
    """What is left of it."""
    vocabulary = Vocabulary(base)
    own = own_tokens(vocabulary, text)
    spelled = compress((vocabulary.spellings[token] for token in own.tokens), own.own)
    return b"".join(spelled).decode()


def test_every_token_of_a_text_that_was_typed_is_learned(tiny_base: InstalledBase) -> None:
    assert learned(tiny_base, Text(1, "Dear Ann, thank you.")) == "Dear Ann, thank you."


def test_quoted_lines_are_not_learned(tiny_base: InstalledBase) -> None:
    text = Text(1, "I agree.\n> Shall we meet?\n  > At noon?\nYes.")
    assert learned(tiny_base, text) == "I agree.\nYes."


def test_pasted_parts_are_not_learned(tiny_base: InstalledBase) -> None:
    text = "I agree: the minutes say so. Yes."
    start = text.index("the minutes")
    pasted = [(start, start + len("the minutes say so")), (90, 99)]
    # The space belongs to the first of the pasted tokens.
    assert learned(tiny_base, Text(1, text, pasted)) == "I agree:. Yes."
