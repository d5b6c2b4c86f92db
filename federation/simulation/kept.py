"""A simulation that goes on where it was interrupted."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from federation.simulation.simulated import Done, Plan, Start, begin
from federation.strategies.packing import pack, unpack
from plm_engine.base.config import LlamaConfig
from plm_engine.base.files import write_whole


def beginning(plan: Plan, config: LlamaConfig, file: Path) -> Start:
    """After the last round that is kept in the file. Raises `StateError` if it is another file."""
    with suppress(FileNotFoundError):
        state, figures = unpack(file.read_bytes(), plan.strategy.name)
        return Start(state, figures["norm"], int(figures["rounds"]))
    return begin(plan, config)


def keep(done: Done, plan: Plan, file: Path) -> None:
    """In place of the round before."""
    figures = {"norm": done.norm, "rounds": float(done.rounds)}
    write_whole(file, pack(done.state, plan.strategy.name, figures))
