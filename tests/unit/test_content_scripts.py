"""What every page has to load stays small."""

from __future__ import annotations

from pathlib import Path

import pytest

BUILT = Path(__file__).parents[2] / "extension" / ".output"
MOST_BYTES = 60_000
"""As docs/benchmarks.md promises."""


@pytest.mark.parametrize("target", ["chrome-mv3", "firefox-mv3"])
def test_all_scripts_of_a_page_together_are_small(target: str) -> None:
    scripts = list((BUILT / target).glob("content-scripts/*.js"))
    if not scripts:
        pytest.skip("the extension is not built: make extension")
    assert sum(script.stat().st_size for script in scripts) <= MOST_BYTES
