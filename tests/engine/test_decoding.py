"""Drafts from the memory change the time, never the text."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plm_engine.base import InstalledBase
from plm_engine.completion.choosing import MAX_DRAFT, Chooser
from plm_engine.completion.decoding import Step, decode
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.memory import blend
from plm_engine.memory.memory import NgramMemory
from plm_engine.runtime.session import ModelSession

STEPS = 12
word = st.sampled_from([" the", " would", " th", "he", "w", "ould", "."])
texts = st.lists(word, min_size=4, max_size=24).map("".join)


@pytest.fixture(scope="module")
def session(tiny_base: InstalledBase) -> ModelSession:
    return ModelSession(tiny_base, threads=1)


@pytest.fixture(scope="module")
def tiny_vocabulary(tiny_base: InstalledBase) -> Vocabulary:
    return Vocabulary(tiny_base)


def steps(session: ModelSession, chooser: Chooser, text: str, *, draft: bool) -> list[Step]:
    """The first dozen steps after a text."""
    vocabulary = chooser.vocabulary
    cache = session.new_cache(128)
    logits = cache.predict_after([vocabulary.document_start, *vocabulary.encode(text).ids])
    return list(islice(decode(cache, logits, b"", chooser, draft=draft), STEPS))


@settings(max_examples=40, deadline=None)
@given(learned=st.lists(texts, min_size=1, max_size=4), begun=st.integers(1, 20))
def test_drafted_and_plain_decoding_choose_the_same_tokens(
    session: ModelSession, tiny_vocabulary: Vocabulary, learned: list[str], begun: int
) -> None:
    memory = NgramMemory()
    memory.learn_all(enumerate(tiny_vocabulary.documents(learned)))
    chooser = Chooser(tiny_vocabulary, memory, blend.shipped())
    text = learned[0][:begun]
    drafted = steps(session, chooser, text, draft=True)
    plain = steps(session, chooser, text, draft=False)
    assert [step.token for step in drafted] == [step.token for step in plain]
    for one, other in zip(drafted, plain, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-3)


def test_what_the_memory_is_sure_of_is_drafted(tiny_vocabulary: Vocabulary) -> None:
    memory = NgramMemory()
    (text,) = tiny_vocabulary.documents([" the would the w. the would the w."])
    memory.learn(1, text)
    chooser = Chooser(tiny_vocabulary, memory, blend.shipped())
    tokens = text.tolist()
    draft = chooser.draft(tokens[:4])
    assert draft == tokens[4 : 4 + len(draft)]
    assert 0 < len(draft) <= MAX_DRAFT


def test_without_a_memory_nothing_is_drafted(tiny_vocabulary: Vocabulary) -> None:
    assert Chooser(tiny_vocabulary, None, blend.shipped()).draft([0, 5]) == []


@settings(max_examples=40, deadline=None)
@given(learned=texts, begun=st.integers(0, 20), typed=st.text("thewould. ", max_size=6))
def test_what_is_spelled_never_contradicts_the_letters_typed(
    session: ModelSession, tiny_vocabulary: Vocabulary, learned: str, begun: int, typed: str
) -> None:
    memory = NgramMemory()
    memory.learn_all(enumerate(tiny_vocabulary.documents([learned])))
    chooser = Chooser(tiny_vocabulary, memory, blend.shipped())
    before = tiny_vocabulary.encode(learned[:begun]).ids
    cache = session.new_cache(128)
    logits = cache.predict_after([tiny_vocabulary.document_start, *before])
    decoded = list(islice(decode(cache, logits, typed.encode(), chooser), STEPS))
    spelled = b"".join(tiny_vocabulary.spellings[step.token] for step in decoded)
    new = b"".join(step.new for step in decoded)
    assert spelled == typed.encode() + new
