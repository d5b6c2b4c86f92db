"""One line is all that is needed to join, and a damaged one does no harm."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.invitation import Invitation, InvitationError, read, written

INVITATION = Invitation(
    community="Writers of Ghent",
    url="https://plm.example:8443",
    base="b" * 64,
    strategy="fdlora",
    authority=b"a" * 32,
    publisher=b"p" * 32,
)


def test_what_is_written_can_be_read_also_with_space_around_it() -> None:
    line = written(INVITATION)

    assert read(f"  {line}\n") == INVITATION
    assert len(line.split()) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000", "http://localhost:9000"])
def test_without_encryption_only_on_this_machine(url: str) -> None:
    assert read(written(msgspec.structs.replace(INVITATION, url=url))).url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://plm.example",
        "http://127.0.0.1.plm.example",
        "ftp://plm.example",
        "https://",
        "https://user@plm.example",
        "https://plm.example:0",
        "https://plm.example:99999",
        "https://[::1",
        "",
    ],
)
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(InvitationError):
        read(written(msgspec.structs.replace(INVITATION, url=url)))


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvitationError):
        read(text)
    with pytest.raises(InvitationError):
        read("plm-join-1." + text)


@given(st.integers(0, len(written(INVITATION)) - 1))
def test_half_a_line_is_refused(length: int) -> None:
    with pytest.raises(InvitationError):
        read(written(INVITATION)[:length])
