"""docs/benchmarks.md: prose by hand, tables by measurement."""

from __future__ import annotations

import datetime
import platform
import re
from pathlib import Path

import psutil

REPORT = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def write_section(name: str, table: str) -> None:
    """Replace what stands between the markers of a section by a new table and its date."""
    text = REPORT.read_text("utf-8")
    section = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    body = f"\n{table}\n\n*{_circumstances()}*\n\n"
    text, found = section.subn(lambda match: match[1] + body + match[2], text)
    if not found:
        raise ValueError(f"{REPORT.name} has no section {name}")
    REPORT.write_text(text, "utf-8")


def _circumstances() -> str:
    today = datetime.datetime.now(datetime.UTC).date()
    cores = psutil.cpu_count()
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{today}, {platform.system()} {platform.machine()}, {cores} cores, {memory:.0f} GB, "
        f"Python {platform.python_version()}"
    )
