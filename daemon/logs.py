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
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO

OWN = "plm"
_FILE_BYTES = 2**20
_OLD_FILES = 2
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
            pairs = [f"{name}={json.dumps(value, default=str)}" for name, value in fields.items()]
            return " ".join([f"{at:%H:%M:%S}", f"{record.levelname.lower():7}", event, *pairs])
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


def set_up(target: TextIO | Path | None = None, *, level: int = logging.INFO) -> None:
    """Send every log of this process through the private formatter, and only there.

    To stderr, or to another stream, or to a file. Raises `OSError` when it cannot be written.
    """
    handler, for_terminal = _handler(target)
    handler.setFormatter(PrivateFormatter(for_terminal=for_terminal))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OWN).setLevel(level)


def _handler(target: TextIO | Path | None) -> tuple[logging.Handler, bool]:
    if isinstance(target, Path):
        file = RotatingFileHandler(
            target, maxBytes=_FILE_BYTES, backupCount=_OLD_FILES, encoding="utf-8"
        )
        return file, False
    stream = target or sys.stderr
    return logging.StreamHandler(stream), stream.isatty()
