"""The federating process: ``python -m federation.node.worker PARENT``; a job on stdin, events on
stdout. It ends with the process of the number PARENT.

Taking part has the lowest priority there is. The process can be killed at any moment, and writes no
file. It is the only process of a user's that speaks to a network, and it speaks to one coordinator.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import msgspec

from federation.node.job import KEPT, Event, Failed, Federate, Job, Join, Leave
from plm_engine.background import be_humble, end_with, take_few_threads

_JOB: msgspec.json.Decoder[Job] = msgspec.json.Decoder(Job)


class Line:
    """To the daemon and back."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder().encode
        self._one_at_a_time = threading.Lock()

    def job(self) -> Job:
        """What is to be done. Raises `msgspec.MsgspecError`."""
        return _JOB.decode(sys.stdin.buffer.readline())

    def say(self, event: Event) -> None:
        """Tell."""
        with self._one_at_a_time:
            sys.stdout.buffer.write(self._encode(event) + b"\n")
            sys.stdout.buffer.flush()

    def keep(self, event: Event) -> None:
        """Tell, and wait until it is on disk. If the daemon is gone, so is this process."""
        self.say(event)
        if sys.stdin.buffer.readline() != KEPT:
            os._exit(1)


def main() -> int:
    """Do the work. A node works until it is killed."""
    end_with(int(sys.argv[1]))
    line = Line()
    try:
        job = line.job()
    except msgspec.MsgspecError:
        line.say(Failed("the job could not be understood"))
        return 1
    if isinstance(job, Federate):  # who joins or leaves waits for it, and it is soon done
        be_humble()
    take_few_threads()
    return _do(job, line)


def _do(job: Job, line: Line) -> int:
    # They bring Flower, and later torch, which must only be loaded here.
    from federation.node.federating import FederatingError, federate, join, leave  # noqa: PLC0415

    try:
        match job:
            case Join():
                line.say(asyncio.run(join(job)))
            case Leave():
                line.say(asyncio.run(leave(job)))
            case Federate():
                asyncio.run(federate(job, line.say, line.keep))
    except FederatingError as error:
        line.say(Failed(str(error)))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
