"""How a background process behaves: it disturbs nobody, does not outlive who started it, and ends
when it is asked to."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

import psutil

THREADS = 2
"""Of a background process: it leaves processors to others."""
_NICEST = 19
_PR_SET_PDEATHSIG = 1
"""prctl(2)."""
_AUTOGROUP = Path("/proc/self/autogroup")


def end_with(parent: int) -> None:
    """Be killed when the daemon dies, also while it holds this process still. Elsewhere than on
    Linux, the next thing said into a closed pipe ends it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before that
            sys.exit(1)


def take_few_threads() -> None:
    """In what is loaded later, the served model included. Threads sleep while they wait for each
    other: where the system lets one of them run and not the other, turning round would last for
    minutes."""
    os.environ |= {"OMP_NUM_THREADS": str(THREADS), "OMP_WAIT_POLICY": "PASSIVE"}


def be_humble() -> None:
    """Lowest priority for processor and disk; where the system knows no such thing, none."""
    process = psutil.Process()
    if sys.platform == "linux":
        # Where Linux shares the processor out by session, nice counts within one only (sched(7)).
        with contextlib.suppress(OSError):
            os.setsid()
            _AUTOGROUP.write_text(str(_NICEST))
    with contextlib.suppress(psutil.Error, OSError, AttributeError):
        process.nice(psutil.IDLE_PRIORITY_CLASS if sys.platform == "win32" else _NICEST)
    with contextlib.suppress(psutil.Error, OSError, AttributeError, ValueError):
        process.ionice(
            psutil.IOPRIO_CLASS_IDLE if sys.platform == "linux" else psutil.IOPRIO_VERYLOW
        )


def stop_on_signals() -> asyncio.Event:
    """Set when SIGTERM or SIGINT comes, instead of an end at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop
