"""Bytes go into a parcel and come out as they were; nothing else comes out of one."""

from __future__ import annotations

import contextlib
import hashlib

import pytest
from flwr.app import ConfigRecord
from hypothesis import given
from hypothesis import strategies as st

from federation.parcels import (
    MAX_PAYLOAD_BYTES,
    MalformedParcelError,
    PeerRefusedError,
    unwrap,
    wrap,
    wrap_refusal,
)


@given(st.binary())
def test_a_payload_comes_out_as_it_went_in(payload: bytes) -> None:
    parcel = wrap(payload)

    assert unwrap(parcel.name, parcel.content) == payload


def test_equal_payloads_make_different_parcels() -> None:
    assert wrap(b"x").name != wrap(b"x").name


def test_a_payload_may_be_so_large_and_no_larger() -> None:
    parcel = wrap(bytes(MAX_PAYLOAD_BYTES))
    assert len(unwrap(parcel.name, parcel.content)) == MAX_PAYLOAD_BYTES

    with pytest.raises(ValueError, match="8,388,608"):
        wrap(bytes(MAX_PAYLOAD_BYTES + 1))


def test_a_refusal_comes_out_as_one() -> None:
    parcel = wrap_refusal("no" * 1_000)

    with pytest.raises(PeerRefusedError, match=r"^(no){100}$"):
        unwrap(parcel.name, parcel.content)


@given(st.binary())
def test_whatever_bytes_there_are_they_are_refused_in_words(content: bytes) -> None:
    with pytest.raises(MalformedParcelError):
        unwrap(hashlib.sha256(content).hexdigest(), content)


@given(st.data())
def test_a_parcel_that_was_changed_is_refused_in_words(data: st.DataObject) -> None:
    content = bytearray(wrap(b"payload").content)
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(content[: data.draw(st.integers(0, len(content)))])

    # Who may also change the name, as a server may, can make another parcel: it is still a parcel.
    with contextlib.suppress(MalformedParcelError):
        assert isinstance(unwrap(hashlib.sha256(cut).hexdigest(), cut), bytes)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"payload": b"x"},
        {"payload": "text", "nonce": b"y"},
        {"payload": [b"x"], "nonce": b"y"},
        {"payload": b"x", "nonce": b"y", "run": "this"},
        {"payload": b"x", "refusal": "and no", "nonce": b"y"},
        {"refusal": b"bytes", "nonce": b"y"},
    ],
)
def test_other_records_are_refused(record: dict[str, bytes | str | list[bytes]]) -> None:
    content = ConfigRecord(record).deflate()  # type: ignore[arg-type]

    with pytest.raises(MalformedParcelError):
        unwrap(hashlib.sha256(content).hexdigest(), content)
