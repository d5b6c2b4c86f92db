"""The package for Firefox passes the checks of addons.mozilla.org."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

EXTENSION = Path(__file__).parents[2] / "extension"
LINTER = EXTENSION / "node_modules" / ".bin" / "addons-linter"
BUILT = EXTENSION / ".output" / "firefox-mv3"
EXPLAINED = {"KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION", "UNSAFE_VAR_ASSIGNMENT"}
"""In docs/extension.md."""


def test_the_linter_of_the_store_finds_nothing_that_is_not_explained() -> None:
    if not (LINTER.exists() and BUILT.exists()):
        pytest.skip("the extension is not built: make extension")
    ran = subprocess.run([LINTER, BUILT, "-o", "json"], capture_output=True, check=False)
    found = json.loads(ran.stdout)
    assert found["errors"] == []
    assert {warning["code"] for warning in found["warnings"]} <= EXPLAINED
