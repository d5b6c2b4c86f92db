"""How a community stands, as ``plm coordinator status`` shows it."""

from __future__ import annotations

import contextlib
import http.client
from datetime import UTC, datetime

import msgspec
from rich.console import Console
from rich.table import Table

from federation.coordinator.folder import Folder
from federation.coordinator.instance import read_note
from federation.coordinator.overview import Overview, overview

_SHOWN_ROUNDS = 12
_PATIENCE_S = 10.0
_OK = 200


def community_status(folder: Folder) -> Overview:
    """From the coordinator where it runs, else from its folder. Raises `FolderError`."""
    return _from_running(folder) or overview(folder, None)


def _from_running(folder: Folder) -> Overview | None:
    served = read_note(folder)
    if served is None:
        return None
    # Not urllib, which heeds proxy variables.
    connection = http.client.HTTPConnection("127.0.0.1", served.page_port, timeout=_PATIENCE_S)
    with (
        contextlib.closing(connection),
        # A note may have been left by one that was killed.
        contextlib.suppress(OSError, http.client.HTTPException, msgspec.MsgspecError),
    ):
        connection.request("GET", "/status")
        answer = connection.getresponse()
        if answer.status == _OK:
            return msgspec.json.decode(answer.read(), type=Overview)
    return None


def show(said: Overview) -> None:
    """On the terminal."""
    console = Console()
    console.print(_standing(said))
    if said.rounds:
        console.print()
        console.print(_rounds(said))


def _standing(said: Overview) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    live = said.live
    runs = f"{live.online} online, {live.ready} of {said.cohort} ready" if live else "does not run"
    epsilon = said.privacy.epsilon
    odds = f"δ = one in {1 / said.privacy.delta:,.0f}"
    promise = f" (ε = {epsilon:,.1f}, {odds})" if epsilon else ""
    for name, value in (
        ("community", said.name),
        ("address", said.url),
        ("devices", f"{said.enrolled:,} enrolled"),
        ("coordinator", runs),
        ("release", f"version {said.version}, {said.strategy}, epoch {said.epoch}"),
        ("clipping norm", f"{said.norm:.3g}"),
        ("rounds", f"{said.privacy.rounds:,}"),
        ("privacy", said.privacy.in_words + promise),
    ):
        table.add_row(name, value)
    return table


def _rounds(said: Overview) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("when (UTC)", "devices", "bits per char", "refused", "ε so far"):
        table.add_column(column, justify="right")
    table.add_column("what came of it")
    for one in said.rounds[:_SHOWN_ROUNDS]:
        held = one.held
        table.add_row(
            f"{datetime.fromtimestamp(held.at, UTC):%Y-%m-%d %H:%M}",
            str(held.devices),
            f"{held.bits_per_char:.4f}",
            f"{max(0.0, held.refused_release):.0%}",
            "none" if one.epsilon is None else f"{one.epsilon:,.1f}",
            held.verdict,
        )
    return table
