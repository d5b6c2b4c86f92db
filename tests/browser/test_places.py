"""Editors in the places where people meet them: the third table in docs/editors.md."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.behaviours import IN_PLACES, observe
from tests.browser.chromium import Browser
from tests.browser.editors import PLACES, EditorTab, opened
from tests.browser.matrix import Matrix
from tests.browser.web import WebSite

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=PLACES, ids=lambda kind: kind.name)
def opened_place(
    request: pytest.FixtureRequest, browser: Browser, editor_pages: WebSite
) -> Iterator[EditorTab]:
    with opened(browser, editor_pages, request.param) as editor:
        yield editor


@pytest.fixture
def place(opened_place: EditorTab) -> Iterator[EditorTab]:
    """Empty, with the caret in it."""
    opened_place.begin()
    yield opened_place
    assert not opened_place.errors


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return Matrix("places", [kind.name for kind in PLACES], list(IN_PLACES))


@pytest.mark.parametrize("behaviour", IN_PLACES)
def test_a_place_keeps_exactly_what_was_written(
    place: EditorTab, matrix: Matrix, behaviour: str
) -> None:
    matrix.note(place.kind.name, behaviour, observe(place, behaviour))


def test_the_table_says_what_was_seen(matrix: Matrix) -> None:
    if matrix.is_complete:  # not when only some of the tests are run
        assert not matrix.write(), "docs/editors.md was out of date and is not any more: commit it"
