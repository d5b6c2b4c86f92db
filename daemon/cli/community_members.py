"""Who belongs to a community, as ``plm coordinator members`` shows it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from federation.coordinator.folder import Folder
from federation.coordinator.roll import Entry, Roll


def members_of(folder: Folder) -> list[Entry]:
    """Those that were there last first. Raises `FolderError`."""
    _ = folder.charter  # or there would be a roll where there is no community
    with Roll.opened(folder.path) as roll:
        return roll.entries()


def expel(folder: Folder, node: str) -> None:
    """A coordinator that runs hears of it within a second. Raises `FolderError`."""
    _ = folder.charter
    with Roll.opened(folder.path) as roll:
        if not roll.expel(node):
            raise click.ClickException(f"No device {node} belongs to this community.")


def show(members: Sequence[Entry]) -> None:
    """On the terminal."""
    if not members:
        click.echo("Nobody has enrolled yet.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("device", "enrolled", "last online", "certificate until"):
        table.add_column(column)
    for one in members:
        table.add_row(one.node, _day(one.enrolled), _day(one.seen), _day(one.until))
    Console().print(table)


def _day(day: datetime.date | None) -> str:
    return "-" if day is None else day.isoformat()
