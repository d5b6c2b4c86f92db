"""What the daemon takes while it serves and while it waits.

``python -m bench footprint``
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from daemon import paths
from plm_engine.base import ensure_base
from tests.daemon_process import DaemonProcess, running_daemon

IDLE_S = 20
TEXT = (
    "Thank you for your letter of last week. I have read it carefully, and I would like to meet "
    "you to talk about it. Would next Tuesday suit you? If it does not, please let me know which "
    "day would be better for you, and whether you would rather come here or meet in town."
)


@dataclass(frozen=True, slots=True)
class Footprint:
    """Of the serving process."""

    started_mb: float
    serving_mb: float
    """After three fields of text were completed letter by letter."""
    idle_cpu: float
    """Share of one core over twenty idle seconds right after that."""
    busy_cpu_ms: float
    """CPU milliseconds for one completion, all threads."""


def measure() -> Footprint:
    """Start a real daemon, type into three fields, then leave it alone."""
    cache = paths.cache_dir()
    ensure_base(cache, lambda _stage, _fraction: None)
    with tempfile.TemporaryDirectory() as folder, running_daemon(Path(folder), cache) as daemon:
        process = psutil.Process(daemon.process.pid)
        started = _megabytes(process)
        before = _cpu_seconds(process)
        completions = asyncio.run(_type(daemon))
        busy = (_cpu_seconds(process) - before) / completions
        serving = _megabytes(process)
        before = _cpu_seconds(process)
        time.sleep(IDLE_S)
        idle = (_cpu_seconds(process) - before) / IDLE_S
        return Footprint(started, serving, idle, busy * 1e3)


async def _type(daemon: DaemonProcess) -> int:
    count = 0
    async with daemon.browser() as browser:
        for field in ("one", "two", "three"):
            for end in range(40, len(TEXT), 3):
                answer = await browser.ask("complete", field=field, before=TEXT[:end])
                assert answer["type"] == "suggestion", answer
                count += 1
    return count


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def table(footprint: Footprint) -> str:
    """Markdown."""
    return "\n".join(
        [
            "| | |",
            "|---|---:|",
            f"| resident memory, model loaded | {footprint.started_mb:.0f} MB |",
            f"| resident memory, three fields in use | {footprint.serving_mb:.0f} MB |",
            f"| CPU while idle, of one core | {footprint.idle_cpu * 100:.2f} % |",
            f"| CPU for one completion | {footprint.busy_cpu_ms:.0f} ms |",
        ]
    )
