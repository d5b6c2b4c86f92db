"""Every editor keeps exactly what was written: the first table in docs/editors.md."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.behaviours import BEHAVIOURS, TYPED, observe
from tests.browser.chromium import Browser
from tests.browser.editors import CODE, KINDS, EditorTab, Kind, opened
from tests.browser.matrix import Matrix
from tests.browser.web import WebSite

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.name)
def opened_editor(
    request: pytest.FixtureRequest, browser: Browser, editor_pages: WebSite
) -> Iterator[EditorTab]:
    with opened(browser, editor_pages, request.param) as editor:
        yield editor


@pytest.fixture
def editor(opened_editor: EditorTab) -> Iterator[EditorTab]:
    """Empty, with the caret in it."""
    opened_editor.begin()
    yield opened_editor
    assert not opened_editor.errors


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return Matrix("chromium", [kind.name for kind in KINDS], list(BEHAVIOURS))


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_an_editor_says_exactly_what_was_written(
    editor: EditorTab, matrix: Matrix, behaviour: str
) -> None:
    matrix.note(editor.kind.name, behaviour, observe(editor, behaviour))


@pytest.mark.parametrize("kind", CODE, ids=lambda kind: kind.name)
def test_programs_are_left_alone(browser: Browser, editor_pages: WebSite, kind: Kind) -> None:
    with opened(browser, editor_pages, kind) as code:
        code.ask("(element) => element.focus()")
        code.write(TYPED)
        code.wait_for_text(TYPED)
        code.tab.expect_no_ghost()


def test_the_table_says_what_was_seen(matrix: Matrix) -> None:
    if matrix.is_complete:  # not when only some of the tests are run
        assert not matrix.write(), "docs/editors.md was out of date and is not any more: commit it"
