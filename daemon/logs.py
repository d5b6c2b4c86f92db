"""Logs on stderr: one JSON object per line, or plain lines on a terminal. Never user text.

Our own loggers (``plm.…``) log a fixed event name and fields that the call site chose. What other
libraries want to say is reduced to who and how bad, and an exception to its type and place,
because their messages can quote headers, queries or text.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

OWN = "plm"
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class PrivateFormatter(logging.Formatter):
    """Formats records so that no user text can get through."""

    def __init__(self, *, for_terminal: bool) -> None:
        super().__init__()
        self._for_terminal = for_terminal

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the record holds."""
        at = datetime.fromtimestamp(record.created, UTC)
        event, fields = _event(record), _fields(record)
        if self._for_terminal:
            pairs = " ".join(f"{name}={value}" for name, value in fields.items())
            return f"{at:%H:%M:%S} {record.levelname.lower():7} {event} {pairs}".rstrip()
        line = {"ts": at.isoformat(timespec="milliseconds"), "level": record.levelname.lower()}
        return json.dumps(line | {"logger": record.name, "event": event} | fields, default=str)


def _is_own(record: logging.LogRecord) -> bool:
    return record.name == OWN or record.name.startswith(OWN + ".")


def _event(record: logging.LogRecord) -> str:
    return str(record.msg) if _is_own(record) else f"{record.name} reported something"


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields = {}
    if _is_own(record):
        fields = {k: v for k, v in record.__dict__.items() if k not in _STANDARD}
    if record.exc_info and record.exc_info[0]:
        kind, _, trace = record.exc_info
        fields["exception"] = kind.__name__
        frames = traceback.extract_tb(trace)
        if frames:
            fields["at"] = f"{frames[-1].filename}:{frames[-1].lineno}"
    return fields


def set_up(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send every log of this process through the private formatter, and only there."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrivateFormatter(for_terminal=stream.isatty()))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OWN).setLevel(level)
