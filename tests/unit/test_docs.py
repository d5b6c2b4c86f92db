"""What the documents say exists, exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bench.__main__ import SECTIONS
from bench.report import REPORTS
from daemon.cli import main
from daemon.cli.reference import reference
from tests.behaviours import named

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "cli.md"
WRITTEN_BY_HAND = [
    ROOT / "README.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if path != REFERENCE),
]

every_document = pytest.mark.parametrize(
    "document", WRITTEN_BY_HAND, ids=lambda path: str(path.relative_to(ROOT))
)


def mentioned(document: Path, program: str) -> Iterator[list[str]]:
    """Every call of a program in code, as words."""
    text = document.read_text("utf-8")
    code = re.findall(r"```.*?```", text, re.DOTALL) + re.findall(r"`[^`\n]+`", text)
    for call in re.findall(rf"(?:^|[`\s/]){program} ([^`\n#]+)", "\n".join(code), re.MULTILINE):
        if not call.startswith(("[", "=")):
            yield shlex.split(call)


def test_the_reference_of_commands_is_up_to_date() -> None:
    assert REFERENCE.read_text("utf-8") == reference(), (
        "run: python -m daemon.cli.reference > docs/cli.md"
    )


@every_document
def test_commands_and_their_options_exist(document: Path) -> None:
    for words in mentioned(document, "plm"):
        command: click.Command = main
        context = click.Context(main)
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            name = words.pop(0)
            found = command.get_command(context, name)
            assert found is not None, f"{document.name} mentions {name}, which is no command"
            command = found
        known = {
            option
            for parameter in command.get_params(context)
            for option in (*parameter.opts, *parameter.secondary_opts)
        }
        for word in words:
            assert not word.startswith("--") or word in known, f"{document.name}: {word}"


@every_document
def test_make_targets_exist(document: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for words in mentioned(document, "make"):
        assert words[0] in targets, f"{document.name} mentions make {words[0]}"


@every_document
def test_benchmarks_exist(document: Path) -> None:
    for words in mentioned(document, "python -m bench"):
        assert words[0] == "SECTION" or words[0] in SECTIONS, document.name


@every_document
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    for link in links:
        if "://" not in link:
            assert (document.parent / link).exists(), f"{document.name} links to {link}"


@every_document
def test_tests_that_are_named_exist(document: Path) -> None:
    gone = [one for one in named(document.read_text("utf-8")) if not one.exists]
    assert not gone, document.name


def test_every_benchmark_has_its_table() -> None:
    report = "".join(one.read_text("utf-8") for one in REPORTS)
    for name in SECTIONS:
        section = re.search(rf"<!-- {name} -->(.*?)<!-- /{name} -->", report, re.DOTALL)
        assert section is not None
        assert "|---" in section[1], f"python -m bench {name}"
