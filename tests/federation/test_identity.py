"""Who is a member can be told without asking the server."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from federation.identity import Certificate, CertificateError, Identity, Trust, issue, verify
from tests.federation.whole_round import AUTHORITY, DAY, NOW, TRUST, enrolled

CERTIFICATE_OF_A_YEAR = issue(
    AUTHORITY,
    node="node-1",
    key=enrolled("node-1").certificate.key,
    not_before=NOW,
    not_after=NOW + 365 * DAY,
)


def at(moment: float) -> Trust:
    return Trust(AUTHORITY.public_key(), moment)


def test_a_certificate_says_whose_key_it_is() -> None:
    identity = enrolled("node-1")
    key = verify(identity.certificate, TRUST)
    assert key.public_bytes_raw() == identity.key.public_key().public_bytes_raw()
    assert identity.certificate.node == "node-1"


def test_it_travels_as_msgpack() -> None:
    certificate = enrolled("node-1").certificate
    travelled = msgspec.msgpack.decode(msgspec.msgpack.encode(certificate), type=Certificate)
    assert travelled == certificate


@pytest.mark.parametrize(
    "changes",
    [
        {"node": "node-2"},
        {"key": Ed25519PrivateKey.generate().public_key().public_bytes_raw()},
        {"not_before": NOW - 2 * DAY},
        {"not_after": NOW + 900 * DAY},
        {"signature": bytes(64)},
        {"signature": b"short"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_nobody_but_the_authority_can_change_a_word_of_it(changes: dict[str, object]) -> None:
    changed = msgspec.structs.replace(enrolled("node-1").certificate, **changes)
    with pytest.raises(CertificateError, match="did not issue"):
        verify(changed, TRUST)


def test_another_community_is_another_authority() -> None:
    stranger = enrolled("node-1", Ed25519PrivateKey.generate())
    with pytest.raises(CertificateError, match="did not issue"):
        verify(stranger.certificate, TRUST)


@given(days=st.floats(-2, 367))
def test_a_clock_that_is_off_by_a_day_locks_nobody_out(days: float) -> None:
    verify(CERTIFICATE_OF_A_YEAR, at(NOW + days * DAY))


def test_a_certificate_ends() -> None:
    with pytest.raises(CertificateError, match="not valid yet"):
        verify(CERTIFICATE_OF_A_YEAR, at(NOW - 3 * DAY))
    with pytest.raises(CertificateError, match="no longer valid"):
        verify(CERTIFICATE_OF_A_YEAR, at(NOW + 368 * DAY))


@pytest.mark.parametrize(
    "said",
    [
        {"node": ""},
        {"node": "two words"},
        {"node": "line\n"},
        {"node": "x" * 65},
        {"key": b"short"},
        {"not_before": -1},
        {"not_before": NOW + 1, "not_after": NOW},
        {"not_after": 2**40},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_not_certified(said: dict[str, object]) -> None:
    sound: dict[str, object] = {
        "node": "node-1",
        "key": enrolled("x").certificate.key,
        "not_before": NOW,
        "not_after": NOW + DAY,
    }
    with pytest.raises(CertificateError):
        issue(AUTHORITY, **(sound | said))  # type: ignore[arg-type]


def test_an_identity_is_a_key_and_its_own_certificate() -> None:
    with pytest.raises(CertificateError, match="another key"):
        Identity(Ed25519PrivateKey.generate(), enrolled("node-1").certificate)


def test_a_key_is_never_shown() -> None:
    identity = enrolled("node-1")
    assert "key=<" not in repr(identity)
    assert repr(identity.key.private_bytes_raw()) not in repr(identity)
