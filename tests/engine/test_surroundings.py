"""Nothing is suggested inside an address or a program; prose that mentions either is still prose.

``|`` stands for the caret in the tables.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plm_engine.completion.surroundings import is_address, unfit_place
from plm_engine.completion.types import Suppression


def found(text: str) -> Suppression | None:
    before, _, after = text.partition("|")
    return unfit_place(before, after)


@pytest.mark.parametrize(
    "text",
    [
        "See https:",
        "See https://exa",
        "See (https://example.org/a?b=c",
        "Look at www.exam",
        "It is on example.com",
        "It is on docs.example.co.uk/gui",
        "Write to jane.doe@",
        "Write to jane.doe@exam",
        "Write to jane|@example.org instead.",
        "See http|s://example.org instead.",
        "Thanks @",
        "Thanks @jan",
        "Install @types/no",
        "Ask in #gener",
        "Open ~/Docu",
        "Open ./build",
        "Open /etc/host",
        "Open C:\\Users\\ja",
        "Open src/engine/main.p",
        "Open docs/readme.m",
        "Since 3f2a91c",
        "Call 123e4567-e89b",
        "Set 0xff",
        "Token eyJhbGciOiJIUzI1NiIsInR5cCI6",
    ],
)
def test_in_an_address_nothing_fits(text: str) -> None:
    assert found(text) is Suppression.ADDRESS


@pytest.mark.parametrize(
    "text",
    [
        "I don't think s",
        "yes and/or n",
        "as he/she/th",
        "at 60 km/h",
        "on 24/12/2026",
        "since 2026-11-24",
        "at 10:30",
        "with version 3.14.1",
        "with version v1.2.3-rc1",
        "e.g",
        "in the U.S",
        "with C++",
        "with C#",
        "the #1",
        "issue #123",
        "built with Node.js",
        "on TCP/IP",
        "a well-known long-standing state-of-the-art",
        "in self.assertEqual",
        "the read_the_docs_option",
        "a counterrevolutionary",
        "in the 1980s",
        "it costs $30",
        "about 100000000",
        "I see :-)",
        "See https://example.org and ",
        "Write to jane@example.org, ",
        "Überraschungs",
        "これはペンです。それはペンではありませんからね",
    ],
)
def test_what_only_resembles_an_address_is_prose(text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "$ git sta",
        ">>> prin",
        "sudo apt in",
        "git commit -m ",
        "pip install ",
        "cd .. ",
        "ls -la | ",
        "def main(",
        "class Engine(",
        "import numpy as ",
        "from typing import ",
        "    return self.",
        "const total = ",
        "let x = 3;\nlet y",
        "x = foo(",
        "self.total += ",
        "if (count > 3) {",
        "if (count > 3) {\n    ret",
        "for (int i = 0; i < n; i++) {",
        'printf("%d\\n", 3);\npri',
        "console.log(va",
        "}",
        "#include <std",
        "SELECT name, age FROM ",
        '{\n  "name": "PLM",\n  ',
        '"name": ',
        '<div class="',
        "</div> ",
        "diff --git a/x b/",
        "@@ -1,3 +1,4 @@ ",
        "--- a/READ",
        'Traceback (most recent call last):\n  File "x.py", line 3, in ',
        "ValueError: ",
        "```python\nfor ",
        "```\nsome ",
        "Call `engine.comp",
        "Call (`--verb",
    ],
)
def test_in_a_program_nothing_fits(text: str) -> None:
    assert found(text) is Suppression.CODE


@pytest.mark.parametrize(
    "text",
    [
        "I'd say it's fine (mostly); still, ",
        "This is it; ",
        "We have three options:\n- apples;\n- pears;\n",
        "* first\n* second\n",
        "1. Open the door\n2. ",
        "# Heading\n\nSome ",
        "> You wrote this\n\n",
        ">> You wrote that\n> and this\n",
        "Call `engine.complete()` to ",
        "It's 5 o'clock, ",
        "The function foo(bar) returns a list, which ",
        "When x == NULL the program ",
        "The caller passes ptr->next and\nfoo_bar() then ",
        "If we set x = 3, then ",
        "for example, ",
        "import duties are ",
        "from time to time ",
        "class is over, ",
        "return policy: ",
        "make sure that ",
        "find a way to ",
        "go to ",
        "let me know if ",
        "select one from ",
        "if (and only if) ",
        "Best regards,\nJane\n",
        "-- \nJane ",
        "Price: $30; ",
        "Dear <name>, ",
        "I <3 ",
        "Use of the `cat' command is ",
        "```\nx = 1\n```\nThen ",
        "We ran\n\n  x = foo(1);\n\nand then ",
        "Summary: ",
        'He said: "No" ',
    ],
)
def test_what_only_mentions_code_is_prose(text: str) -> None:
    assert found(text) is None


def test_a_suggestion_may_follow_an_address_after_a_space() -> None:
    assert found("https://example.org") is Suppression.ADDRESS
    assert found("https://example.org ") is None


@pytest.mark.parametrize("token", ["", "word", "(word)", "don't", "...", "-", "/", "."])
def test_a_word_is_no_address(token: str) -> None:
    assert not is_address(token)


@given(before=st.text(max_size=300), after=st.text(max_size=100))
def test_any_text_can_be_asked_about(before: str, after: str) -> None:
    assert unfit_place(before, after) in (None, Suppression.ADDRESS, Suppression.CODE)


@given(before=st.text(alphabet="abc /\\.@#$`'\"(){}[]<>=;:-+\n", max_size=300))
def test_after_a_space_there_is_no_address(before: str) -> None:
    assert unfit_place(before + " ", "") is not Suppression.ADDRESS


@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "a/", "a.b/", "@", "<a ", "a-", "(", "a(", "= ", "`", "\n", "a =", '"a', "$"],
)
def test_no_text_takes_long(piece: str) -> None:
    hostile = piece * (2_000 // len(piece))
    started = time.perf_counter()
    for _ in range(20):
        unfit_place(hostile, hostile)
    assert (time.perf_counter() - started) / 20 < 2e-3
