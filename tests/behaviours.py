"""The maps from promises to tests: docs/behaviours.md, which ``python -m tests.behaviours`` brings
up to date, and docs/federation-behaviours.md.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAP = ROOT / "docs" / "behaviours.md"
TABLES = ROOT / "docs" / "federation-behaviours.md"
REST = "## Not in its place yet"
_REFERENCE = re.compile(r"`([\w/.-]+\.(?:py|ts|tsx))(::| > )([^`]+)`")
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_TITLE = re.compile(r"""(?:\btest|\bdescribe|\))\(\s*(['"`])(.+?)(?<!\\)\1""")


@dataclass(frozen=True, slots=True)
class Reference:
    """One test, as it is named in the map."""

    file: str
    name: str

    def __str__(self) -> str:
        between = "::" if self.file.endswith(".py") else " > "
        return f"`{self.file}{between}{self.name}`"

    @property
    def exists(self) -> bool:
        """Whether there is such a test, or group of tests."""
        file = ROOT / self.file
        return file.is_file() and self.name in _names(file)


def named(text: str) -> list[Reference]:
    """The tests that a text names, in order."""
    return [Reference(file, name) for file, _, name in _REFERENCE.findall(text)]


def of_browsers() -> Iterator[Reference]:
    """Every test that drives a browser."""
    for file in sorted((ROOT / "tests" / "browser").glob("test_*.py")):
        for name in _names(file):
            yield Reference(str(file.relative_to(ROOT)), name)


@cache
def _names(file: Path) -> Sequence[str]:
    text = file.read_text("utf-8")
    if file.suffix != ".py":
        return [match[2] for match in _TITLE.finditer(text)]
    functions = [one for one in ast.parse(text).body if isinstance(one, _FUNCTION)]
    return [one.name for one in functions if one.name.startswith("test_")]


def brought_up_to_date(text: str) -> str:
    """The map without tests that are gone, and with those that are new, after their neighbours."""
    lines = _without_what_is_gone(text.splitlines())
    known = set(named(text))
    for reference in of_browsers():
        if reference not in known:
            sentence = reference.name.removeprefix("test_").replace("_", " ").capitalize()
            place = _after_neighbours(lines, reference.file)
            lines[place:place] = [f"- {sentence}.", f"  {reference}"]
    return "\n".join(lines) + "\n"


def _without_what_is_gone(lines: list[str]) -> list[str]:
    left = [line for line in lines if all(one.exists for one in named(line))]
    followed = [*left[1:], ""]
    return [
        line
        for line, after in zip(left, followed, strict=True)
        if not line.startswith("- ") or named(after)
    ]


def _after_neighbours(lines: list[str], file: str) -> int:
    """Behind the last promise that is shown by a test of the same file, else at the end."""
    found = [
        number for number, line in enumerate(lines) if any(one.file == file for one in named(line))
    ]
    if not found:
        if REST not in lines:
            lines += ["", REST, ""]
        return len(lines)
    place = found[-1] + 1
    while place < len(lines) and named(lines[place]):
        place += 1
    return place


if __name__ == "__main__":
    MAP.write_text(brought_up_to_date(MAP.read_text("utf-8")), "utf-8")
