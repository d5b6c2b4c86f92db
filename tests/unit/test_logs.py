"""Logs tell what happened, and nothing that a user wrote."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon import logs

PRIVATE = "Dear Ann, between you and me"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    logs.set_up(stream)
    return stream


def test_an_event_of_ours_is_one_json_object_with_its_fields(stream: io.StringIO) -> None:
    logging.getLogger("plm.server").info("ready", extra={"port": 41717})
    line = json.loads(stream.getvalue())
    assert (line["event"], line["port"], line["level"]) == ("ready", 41717, "info")
    assert line["logger"] == "plm.server"
    assert line["ts"].endswith("+00:00")


def test_on_a_terminal_it_is_a_plain_line() -> None:
    stream = Terminal()
    logs.set_up(stream)
    logging.getLogger("plm.server").info("ready", extra={"port": 41717, "base": "small"})
    assert stream.getvalue().rstrip().endswith('info    ready port=41717 base="small"')


def test_an_exception_is_reduced_to_its_type_and_place(stream: io.StringIO) -> None:
    try:
        raise ValueError(PRIVATE)
    except ValueError as error:
        logging.getLogger("plm.handlers").error("handler failed", exc_info=error)
    line = json.loads(stream.getvalue())
    assert line["exception"] == "ValueError"
    assert "test_logs.py:" in line["at"]
    assert PRIVATE not in stream.getvalue()


def test_arguments_of_a_message_are_never_filled_in(stream: io.StringIO) -> None:
    logging.getLogger("plm.handlers").warning("failed: %s", PRIVATE)
    assert PRIVATE not in stream.getvalue()


@pytest.mark.parametrize("name", ["aiohttp.server", "aiohttp.websocket", "asyncio", "plmx", "x"])
def test_other_libraries_only_get_to_say_who_and_how_bad(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).error("bad header %r", PRIVATE, extra={"header": PRIVATE})
    line = json.loads(stream.getvalue())
    assert line["level"] == "error"
    assert name in line["event"]
    assert PRIVATE not in stream.getvalue()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text())
def test_a_record_is_one_line_whatever_it_holds(message: str, value: str) -> None:
    for for_terminal in (True, False):
        record = logging.makeLogRecord({"name": "plm.x", "msg": "event", "field": value})
        foreign = logging.makeLogRecord({"name": "x", "msg": message})
        formatter = logs.PrivateFormatter(for_terminal=for_terminal)
        assert len(formatter.format(record).splitlines()) == 1
        assert len(formatter.format(foreign).splitlines()) == 1
