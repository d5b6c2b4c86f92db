"""Frames to messages and back."""

from __future__ import annotations

import json
import traceback

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.protocol.codec import ProtocolError, decode, encode
from daemon.protocol.messages import ClientMessage, Complete, Error, ErrorCode, Ping, Suggestion


def test_a_message_survives_the_way_there_and_back() -> None:
    message = Complete(id="1", field="f", before="I wou\x00ld 👩‍👧", after="\u2028", max_words=3)
    assert decode(encode(message)) == message


def test_an_answer_spells_its_defaults_out() -> None:
    answer = json.loads(encode(Suggestion(id="1", field="f", text="x", confidence=0.5)))
    assert answer["suppressed"] is None
    assert answer["done"] is True


@given(st.text())
def test_any_text_gives_a_message_or_an_error_and_nothing_else(frame: str) -> None:
    try:
        message = decode(frame)
    except ProtocolError as error:
        assert error.code in {"malformed", "unknown_type"}
    else:
        assert isinstance(message, msgspec.Struct)


@given(st.from_type(Complete))
def test_any_completion_request_survives(message: ClientMessage) -> None:
    try:
        frame = encode(message)
    except UnicodeEncodeError:
        return  # a lone surrogate never gets as far as a frame
    try:
        assert decode(frame) == message
    except ProtocolError as error:
        assert error.code == "malformed"  # longer than the protocol allows


def test_the_reason_of_an_error_is_out_of_reach() -> None:
    private = "Dear Ann"
    try:
        decode(json.dumps({"type": "complete", "field": "f", "before": 1, "max_words": private}))
    except ProtocolError as error:
        told = "".join(traceback.format_exception(error)) + repr(error.as_message())
        assert error.__cause__ is None
        assert private not in told
    else:
        pytest.fail("accepted")


def test_an_error_repeats_the_id_it_can_read_and_no_other() -> None:
    for frame, expected in (
        ({"type": "ping", "id": 5}, ""),
        ({"type": "nonsense", "id": "7"}, "7"),
        ({"type": "complete", "id": "7"}, "7"),
        ({"type": "complete", "id": "7" * 65}, ""),
    ):
        with pytest.raises(ProtocolError) as error:
            decode(json.dumps(frame))
        assert error.value.as_message().id == expected


@pytest.mark.parametrize("code", ErrorCode.__args__)  # type: ignore[attr-defined]
def test_every_error_has_words_for_its_user(code: ErrorCode) -> None:
    message = ProtocolError(code).as_message()
    assert isinstance(message, Error)
    assert message.message.endswith(".")


def test_unknown_fields_are_ignored() -> None:
    assert decode('{"type":"ping","id":"1","mood":"fine"}') == Ping(id="1")
