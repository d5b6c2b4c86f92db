"""Text in a language that the model does not know is told from text in one that it knows."""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plm_engine.completion import language
from plm_engine.completion.language import LanguageGuard

ENOUGH = 80
"""Characters after which there must be no mistake."""
GUARD = LanguageGuard()

FOREIGN: defaultdict[str, list[str]] = defaultdict(list)
for line in (
    (Path(__file__).parents[1] / "fixtures" / "foreign.txt").read_text("utf-8").splitlines()
):
    FOREIGN[line[:2]].append(line[3:])
OTHER_SCRIPTS = {
    "Greek": "Σας ευχαριστώ πολύ",
    "Russian": "Большое спасибо",
    "Ukrainian": "Дуже дякую за",
    "Hebrew": "תודה רבה על",
    "Arabic": "شكرا جزيلا على",
    "Hindi": "आपके उत्तर के",
    "Chinese": "非常感谢您的",
    "Japanese": "ありがとうございます",
    "Korean": "답장 주셔서 감사",
    "Thai": "ขอบคุณมาก",
}
ENGLISH = [
    "Thank you very much for your quick reply, I will send you the documents tomorrow morning.",
    "hey are you still up for lunch on friday? i could bring the kids if that's ok with you",
    "Fixes a crash when the buffer is empty: foo_bar() returned NULL and nobody checked for it.",
    "We met Jürgen Müller, Françoise Lefèvre and Łukasz Wiśniewski at the café in São Paulo.",
    "The résumé says she worked at Volkswagen Financial Services in Braunschweig for two years.",
    "gonna b late 2nite sry, traffic is crazy lol, c u l8r at the usual place ok? thx again mate",
    "Milk, eggs, butter, flour, sugar, two lemons, vanilla, baking powder, salt, cream, berries",
    'She said "guten Morgen" to everybody in the office and then went straight to her desk.',
    "Running the tests with -O2 on ARM64 gives SIGSEGV in libc, see the log below for details.",
    "Have you asked Иван whether his letter to Dr. Νικολάου has arrived in the meantime?",
]
SENTENCES = [sentence for sentences in FOREIGN.values() for sentence in sentences]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_in_another_language_is_foreign(sentence: str) -> None:
    for end in range(min(ENOUGH, len(sentence)), len(sentence) + 1):
        assert not GUARD.knows(sentence[:end])


@pytest.mark.parametrize("code", FOREIGN)
def test_a_language_that_is_known_is_not_foreign(code: str) -> None:
    assert LanguageGuard(("en", code)).knows(FOREIGN[code][0])


@pytest.mark.parametrize("script", OTHER_SCRIPTS)
def test_another_script_is_foreign_at_once(script: str) -> None:
    text = OTHER_SCRIPTS[script]
    assert not GUARD.knows(text)
    assert not GUARD.knows(text[:2])
    assert not GUARD.knows("This is how my answer begins. " + text * 3)


def test_a_script_is_known_with_its_language() -> None:
    assert LanguageGuard(("en", "ru")).knows("Большое спасибо")
    assert not LanguageGuard(("ru",)).knows("Σας ευχαριστώ πολύ")


def test_without_cld2_only_the_script_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "pycld2", None)
    assert GUARD.knows(FOREIGN["de"][0])
    assert not GUARD.knows(OTHER_SCRIPTS["Greek"])


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_known_from_the_first_letter_to_the_last(text: str) -> None:
    for end in range(len(text) + 1):
        assert GUARD.knows(text[:end])


@pytest.mark.parametrize("sentence", [sentences[0] for sentences in FOREIGN.values()])
def test_a_few_foreign_words_are_not_enough(sentence: str) -> None:
    assert GUARD.knows(sentence[:40])


def test_mixed_languages_are_known() -> None:
    assert GUARD.knows(f"{ENGLISH[0][:50]}. {FOREIGN['de'][0][:50]}")


def test_only_the_end_of_a_text_counts() -> None:
    german, english = " ".join(FOREIGN["de"]), " ".join(ENGLISH[:2])
    assert not GUARD.knows(f"{english} {german}")
    assert GUARD.knows(f"{german} {english}")


@pytest.mark.parametrize(
    "text", ["", "   ", "12345 " * 30, "?!… " * 30, "µ", "🙂" * 80, "\0\1" * 80]
)
def test_what_is_no_language_is_known(text: str) -> None:
    assert GUARD.knows(text)


@given(text=st.text(max_size=300))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert GUARD.knows(text) in (True, False)


def test_an_answer_takes_no_time_worth_saving() -> None:
    text = " ".join(FOREIGN["fr"] * 5)
    started = time.perf_counter()
    for _ in range(100):
        GUARD.knows(text)
    assert (time.perf_counter() - started) / 100 < 1e-3
