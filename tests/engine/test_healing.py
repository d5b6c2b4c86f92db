"""A text that stops inside a word goes on inside that word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plm_engine.completion.healing import MAX_TYPED_BYTES, heal, well_formed
from plm_engine.completion.vocabulary import Vocabulary

any_text = st.text(max_size=120)


@settings(deadline=None)
@given(text=any_text)
def test_what_is_read_and_what_is_typed_make_up_the_text(vocabulary: Vocabulary, text: str) -> None:
    healed = heal(text, vocabulary)
    read = b"".join(vocabulary.spellings[token] for token in healed.tokens)
    assert text.encode().endswith(healed.typed)
    assert healed.tokens[0] == vocabulary.document_start
    if all(bytes([byte]) in vocabulary.spellings for byte in text.encode()):
        assert read + healed.typed == text.encode()


@settings(deadline=None)
@given(wanted=st.text(min_size=1, max_size=12).map(lambda text: text.encode()))
def test_tokens_able_to_spell_agree_with_the_letters(vocabulary: Vocabulary, wanted: bytes) -> None:
    able = {int(token) for token in vocabulary.able_to_spell(wanted)}
    agreeing = {
        token
        for token, name in enumerate(vocabulary.spellings)
        if name and (name.startswith(wanted) or wanted.startswith(name))
    }
    assert able == agreeing


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("I woul", b" woul"),
        ("I would", b" would"),
        ("I would ", b" "),
        ("Hello", b"Hello"),
        ("Hello.", b"."),
        ("don'", b"'"),
        ("in 202", b"2"),
        ("caf", b"caf"),
        ("déjà v", b" v"),
        ("one\n\nTw", b"Tw"),
        ("", b""),
    ],
)
def test_the_last_pre_token_is_spelled_anew(
    vocabulary: Vocabulary, text: str, typed: bytes
) -> None:
    assert heal(text, vocabulary).typed == typed


def test_a_word_that_nobody_completes_stays_whole(vocabulary: Vocabulary) -> None:
    assert heal("see " + "-" * (MAX_TYPED_BYTES + 1), vocabulary).typed == b""


def test_special_tokens_in_a_text_are_only_text(vocabulary: Vocabulary) -> None:
    tokens = heal("before <|endoftext|> after", vocabulary).tokens
    assert not set(tokens[1:]) & vocabulary.control


@pytest.mark.parametrize(
    ("javascript", "python"),
    [
        ("\ud83d\ude42", "🙂"),
        ("a\ud83d", "a\N{REPLACEMENT CHARACTER}"),
        ("\ude42b", "\N{REPLACEMENT CHARACTER}b"),
        ("a\0b", "a\0b"),
    ],
)
def test_surrogates_are_joined_or_replaced(javascript: str, python: str) -> None:
    assert well_formed(javascript) == python
