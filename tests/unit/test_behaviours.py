"""What PLM promises is shown by tests that exist."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.behaviours import MAP, TABLES, Reference, brought_up_to_date, named, of_browsers

TEXT = MAP.read_text("utf-8")
ROWS = [line for line in TABLES.read_text("utf-8").splitlines() if line.startswith("|")]
ADVICE = "run: python -m tests.behaviours, then read what it wrote"
GONE = Reference("tests/browser/test_keys.py", "test_that_never_was")


@pytest.mark.parametrize("reference", [*named(TEXT), *dict.fromkeys(named("".join(ROWS)))], ids=str)
def test_a_test_that_is_named_exists(reference: Reference) -> None:
    assert reference.exists, ADVICE


def test_every_test_that_drives_a_browser_is_named() -> None:
    assert set(of_browsers()) <= set(named(TEXT)), ADVICE


def test_no_test_is_named_twice() -> None:
    assert [one for one, count in Counter(named(TEXT)).items() if count > 1] == []


def test_every_promise_is_a_sentence_with_its_tests_below() -> None:
    lines = TEXT.splitlines()
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("- "):
            assert line.endswith("."), line
            assert named(after), line


def test_every_row_of_a_table_names_a_test() -> None:
    for row in ROWS:
        is_head = row.endswith("| shown by |") or set(row) <= {"|", "-"}
        assert is_head or named(row), row


def test_a_map_that_is_up_to_date_stays_as_it_is() -> None:
    assert brought_up_to_date(TEXT) == TEXT


@pytest.mark.parametrize("reference", list(of_browsers())[::10], ids=str)
def test_a_test_that_is_missing_comes_back_and_one_that_is_gone_goes(reference: Reference) -> None:
    spoilt = TEXT.replace(f"  {reference}\n", f"  {GONE}\n")
    mended = named(brought_up_to_date(spoilt))
    assert sorted(mended, key=str) == sorted(named(TEXT), key=str)
