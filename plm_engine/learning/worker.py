"""The learning process: ``python -m plm_engine.learning.worker PARENT``; a job on stdin, events on
stdout. It ends with the process of the number PARENT.

It has the lowest priority there is, can be killed at any moment, and writes no file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import msgspec

from plm_engine.background import be_humble, end_with, take_few_threads
from plm_engine.learning.job import Event, Failed, Job, LearningError

Emit = Callable[[Event], None]


def main() -> int:
    """Do the work; 0 when the last line says that it is done."""
    end_with(int(sys.argv[1]))
    be_humble()
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
    take_few_threads()
    # What is loaded for it, and later torch, heeds what stands above.
    from plm_engine.adapters.low_rank import AdapterError  # noqa: PLC0415
    from plm_engine.learning.course import Course  # noqa: PLC0415

    try:
        emit(Course.of(job, emit).run())
    except (LearningError, AdapterError) as error:
        emit(Failed(str(error)))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
