"""The learning process: ``python -m plm_engine.learning.worker PARENT``; a job on stdin, events on
stdout. It ends with the process of the number PARENT.

It has the lowest priority there is, can be killed at any moment, and writes no file.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil

from plm_engine.learning.job import Event, Failed, Job

THREADS = 2
_NICEST = 19
_PR_SET_PDEATHSIG = 1
"""prctl(2)."""
_AUTOGROUP = Path("/proc/self/autogroup")
Emit = Callable[[Event], None]


def main() -> int:
    """Do the work; 0 when the last line says that it is done."""
    _end_with(int(sys.argv[1]))
    _be_humble()
    encode = msgspec.json.Encoder().encode

    def emit(event: Event) -> None:
        sys.stdout.buffer.write(encode(event) + b"\n")
        sys.stdout.buffer.flush()

    try:
        job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    except msgspec.MsgspecError:
        emit(Failed("the job could not be understood"))
        return 1
    return _learn(job, emit)


def _learn(job: Job, emit: Emit) -> int:
    os.environ["OMP_NUM_THREADS"] = str(THREADS)
    # torch takes seconds to load, and must only be loaded here.
    from plm_engine.adapters.low_rank import AdapterError  # noqa: PLC0415
    from plm_engine.learning.course import Course  # noqa: PLC0415
    from plm_engine.learning.teaching import LearningError  # noqa: PLC0415

    try:
        emit(Course.of(job, emit).run())
    except (LearningError, AdapterError) as error:
        emit(Failed(str(error)))
        return 1
    return 0


def _end_with(parent: int) -> None:
    """Be killed when the daemon dies, also while it holds this process still. Elsewhere than on
    Linux, the next thing said into a closed pipe ends it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before that
            sys.exit(1)


def _be_humble() -> None:
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


if __name__ == "__main__":
    sys.exit(main())
