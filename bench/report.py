"""docs/benchmarks.md and docs/federation-security.md: prose by hand, tables by measurement."""

from __future__ import annotations

import datetime
import platform
import re
from pathlib import Path

import psutil

_DOCS = Path(__file__).parents[1] / "docs"
REPORTS = (_DOCS / "benchmarks.md", _DOCS / "federation-security.md")


def write_section(name: str, table: str) -> None:
    """Replace what stands between the markers of a section by a new table and its date."""
    section = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    body = f"\n{table}\n\n*{_circumstances()}*\n\n"
    for report in REPORTS:
        text, found = section.subn(
            lambda match: match[1] + body + match[2], report.read_text("utf-8")
        )
        if found:
            report.write_text(text, "utf-8")
            return
    raise ValueError(f"no document has a section {name}")


def _circumstances() -> str:
    today = datetime.datetime.now(datetime.UTC).date()
    cores = psutil.cpu_count()
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{today}, {platform.system()} {platform.machine()}, {cores} cores, {memory:.0f} GB, "
        f"Python {platform.python_version()}"
    )
