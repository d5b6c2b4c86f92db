"""A suggestion says nothing profane and invents nothing exact, unless the user wrote it before."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plm_engine.completion.propriety import FURTHER_PROFANITY, proper
from plm_engine.evaluation.general import general_english


def nothing(word: str) -> bool:
    return False


PLAIN = sorted(set(re.findall(r"[a-z]+", " ".join(general_english()))))
PROFANE = """
fuck fucks fucked fucking fucker motherfucker clusterfuck shit shits shitty shitting bullshit
shithead asshole assholes arse arsehole bitch bitches bitching bastard cunt cunts twat wank wanker
prick pricks dickhead cock cocksucker pussy slut sluts whore whores tits jizz crap piss
nigger niggers nigga faggot faggots fag chink gook kike spic spics wetback paki raghead tranny
retard retarded rape rapist
"""
DISGUISED = [
    "FUCK",
    "Shit",
    "fuck!",
    "(shit)",
    "sh!t",
    "b!tch",
    "a$$",
    "f*ck",
    "bitch's",
    "bull-shit",
]
INNOCENT = """
Scunthorpe class classic assess assessment assassin passage embassy bass grass compass cockpit
cocktail peacock Hancock shuttlecock Essex Sussex Middlesex scrap scrape hello shell dam damage
Dick Dickens Dickinson Fanny Cummings Titus title titanic constitution analysis analyst
canal therapist grape drape drapes circumstance document cumulative accumulate snigger niggle
niggardly raccoon spice spicy spices despicable conspicuous button butter rebuttal shitake
Matsushita mishit pricked prickly hoard sextant sexton Arsenal parse arsenic pistachio
count country twattle Penistone Lightwater Clitheroe Uranus manuscript heinous basement amass harass
Dyke Wang Gaylord hell damn kill dead drunk god gay queer black Jew Muslim Chinese girl sex
woman stupid fat homogeneous cuckoo swank fagot Fagin vagrant spastically bigot idiot tart tramp
"""


@pytest.mark.parametrize("word", [*PROFANE.split(), *DISGUISED])
def test_a_profane_word_ends_the_suggestion_before_it(word: str) -> None:
    assert proper(f" what the {word} is", "I know", nothing) == " what the"


@pytest.mark.parametrize("word", FURTHER_PROFANITY.read_text("utf-8").split())
def test_the_further_list_counts(word: str) -> None:
    assert proper(f" {word}", "", nothing) == ""


@pytest.mark.parametrize("word", INNOCENT.split())
def test_a_word_that_only_contains_one_is_innocent(word: str) -> None:
    assert proper(f" the {word} is", "I know", nothing) == f" the {word} is"


def test_the_user_may_go_on_swearing() -> None:
    assert proper(" this shit again", "not", {"shit"}.__contains__) == " this shit again"
    assert proper(" this shit again", "not this shit", nothing) == " this"


@pytest.mark.parametrize(
    ("before", "text"),
    [("what the fuc", "k is"), ("oh shi", "t"), ("that ass", "hole"), ("a ball", " gag")],
)
def test_a_word_being_typed_is_judged_whole(before: str, text: str) -> None:
    assert proper(text, before, nothing) == ""


@pytest.mark.parametrize(
    ("before", "text"),
    [("the cl", "ass is"), ("Mr. Han", "cock said"), ("oh shit", " again"), ("ass", "ess it")],
)
def test_the_rest_of_an_innocent_word_is_innocent(before: str, text: str) -> None:
    assert proper(text, before, nothing) == text


@pytest.mark.parametrize(
    "invented",
    [
        *["5", "2024", "24/12/2026", "3.14", "10:30", "1st", "21st", "$30", "(30)", "555-1234"],
        *["50%", "v2", "٣", "10am", "https://example.org", "www.example.org", "example.com"],
        *["jane@example.org", "@jane", "#general", "/etc/hosts", "~/notes", "src/main/app.py"],
    ],
)
def test_a_number_or_an_address_is_not_invented(invented: str) -> None:
    assert proper(f" call me at {invented} or", "Please", nothing) == " call me at"


@pytest.mark.parametrize("word", ["24/12/2026", "jane@example.org", "@jane", "v2"])
@pytest.mark.parametrize("around", ["{}", "({})", "{},", "“{}”", "{}."])
def test_what_was_written_before_is_not_invented(word: str, around: str) -> None:
    text = f" on {around.format(word)} then"
    assert proper(text, "Let us meet", {word}.__contains__) == text
    assert proper(text, f"It is {word}. Let us meet", nothing) == text


def test_part_of_a_number_is_not_that_number() -> None:
    assert proper(" in 20", "It was 2024", nothing) == " in"
    assert proper(" in 20", "It was 2024, or 20", nothing) == " in 20"


@pytest.mark.parametrize(
    ("before", "text", "shown"),
    [
        ("in 202", "4 we", ""),
        ("in 2024 or 202", "4 we", "4 we"),
        ("the 20", "th century", "th century"),
        ("see https://exa", "mple.org", ""),
        ("see https://exa.org or https://exa", ".org now", ".org now"),
        ("ask @ja", "ne", ""),
        ("either and/o", "r both", "r both"),
    ],
)
def test_the_number_or_address_being_typed_is_judged_whole(
    before: str, text: str, shown: str
) -> None:
    assert proper(text, before, nothing) == shown


@given(
    text=st.text(max_size=80) | st.text(alphabet="as shit5@./\n-", max_size=80),
    before=st.text(max_size=80) | st.text(alphabet="as shit5@./\n-", max_size=80),
)
def test_what_is_shown_begins_the_suggestion_and_ends_with_a_word(text: str, before: str) -> None:
    shown = proper(text, before, nothing)
    assert text.startswith(shown)
    if shown not in ("", text):
        assert not shown[-1].isspace()
        assert text[len(shown)].isspace()
    assert proper(shown, before, nothing) == shown


@given(words=st.lists(st.sampled_from(PLAIN), max_size=12))
def test_plain_words_are_proper(words: list[str]) -> None:
    text = " ".join(words)
    assert proper(text, "", nothing) == text


@given(text=st.text(max_size=80), before=st.text(max_size=80))
def test_whatever_is_known_is_proper(text: str, before: str) -> None:
    assert proper(text, before, lambda word: True) == text


def test_no_suggestion_takes_long() -> None:
    before = "The meeting is on 3 May at 10:30, see https://example.org. " * 34
    started = time.perf_counter()
    for _ in range(100):
        proper(" and it will be on 4 June at 11:30, see https://example.com.", before, nothing)
    assert (time.perf_counter() - started) / 100 < 1e-3
