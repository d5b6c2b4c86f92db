"""The process that fetches and converts: ``python -m plm_engine.base.worker CACHE NAME``.

Speaks JSON lines on stdout: ``{"stage", "fraction"}`` while it works, ``{"error"}`` when it fails.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from plm_engine.base.catalogue import DEFAULT, BaseSource
from plm_engine.base.convert import convert
from plm_engine.base.download import fetch_gguf
from plm_engine.base.errors import BaseModelError
from plm_engine.base.installed import bases_folder

SOURCES = {DEFAULT.name: DEFAULT}
_STEP = 0.01


def main(arguments: list[str]) -> int:
    """Do the work; 0 when the base model is in its place."""
    cache, source = Path(arguments[0]), SOURCES[arguments[1]]
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
    try:
        _make(cache, source)
    except BaseModelError as error:
        _say({"error": str(error)})
        return 1
    return 0


def _make(cache: Path, source: BaseSource) -> None:
    gguf = fetch_gguf(source, cache / "downloads", _reporter("fetching the base model"))
    convert(
        gguf,
        bases_folder(cache) / source.name,
        name=source.name,
        licence=source.licence,
        on_fraction=_reporter("converting the base model"),
    )


def _reporter(stage: str) -> Callable[[float], None]:
    last = -1.0

    def report(fraction: float) -> None:
        nonlocal last
        if fraction - last >= _STEP or fraction >= 1:
            last = fraction
            _say({"stage": stage, "fraction": round(fraction, 3)})

    report(0.0)
    return report


def _say(event: Mapping[str, str | float]) -> None:
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
