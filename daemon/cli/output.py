"""How commands speak: JSON on request, one line for an error."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def command_name() -> str:
    """What to type for ``plm`` here: its path when the shell would not find it by name."""
    own = Path(sys.executable).with_name("plm")
    found = shutil.which("plm")
    if found and Path(found) == own:
        return "plm"
    return os.path.relpath(own) if own.is_relative_to(Path.cwd()) else str(own)


@contextmanager
def one_line_for(*kinds: type[Exception]) -> Iterator[None]:
    """Show these errors as one line on stderr and leave with exit code 1."""
    try:
        yield
    except kinds as error:
        raise click.ClickException(str(error)) from None


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))
