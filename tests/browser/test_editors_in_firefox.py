"""The same editors in Firefox: the second table in docs/editors.md."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.behaviours import AT_ODDS_IN_FIREFOX, BEHAVIOURS, observe
from tests.browser.editors import KINDS, EditorTab, opened
from tests.browser.firefox import Firefox
from tests.browser.matrix import Matrix
from tests.browser.web import WebSite

pytestmark = pytest.mark.browser

IN_FIREFOX = [behaviour for behaviour in BEHAVIOURS if behaviour != "input method"]
"""WebDriver BiDi has no command for a composition."""


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def opened_editor(
    request: pytest.FixtureRequest, fox: Firefox, editor_pages: WebSite
) -> Iterator[EditorTab]:
    with opened(fox, editor_pages, request.param) as editor:
        yield editor


@pytest.fixture
def editor(opened_editor: EditorTab) -> Iterator[EditorTab]:
    """Empty, with the caret in it."""
    opened_editor.begin()
    yield opened_editor
    assert not opened_editor.errors


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return Matrix("firefox", [kind.name for kind in KINDS], IN_FIREFOX)


@pytest.mark.parametrize("behaviour", IN_FIREFOX)
def test_an_editor_says_exactly_what_was_written(
    editor: EditorTab, matrix: Matrix, behaviour: str
) -> None:
    matrix.note(editor.kind.name, behaviour, observe(editor, behaviour, AT_ODDS_IN_FIREFOX))


def test_the_table_says_what_was_seen(matrix: Matrix) -> None:
    if matrix.is_complete:  # not when only some of the tests are run
        assert not matrix.write(), "docs/editors.md was out of date and is not any more: commit it"
