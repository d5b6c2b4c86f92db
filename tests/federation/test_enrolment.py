"""Who is let into a community, and who is not."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation import enrolment
from federation.coordinator.enrolment import VALID_S
from federation.coordinator.gateway import EnrolmentRefusedError
from federation.coordinator.roll import Roll
from federation.enrolment import Keys, encode
from federation.signatures import public_pem
from tests.federation.desk import TOKEN, Community, FirstComeFirstNumbered, a_community


@pytest.fixture
def community(tmp_path: Path) -> Iterator[Community]:
    with a_community(tmp_path) as one:
        yield one


async def test_the_same_keys_again_are_the_same_node_with_a_fresh_certificate(
    community: Community,
) -> None:
    keys = Keys.new()
    first = await community.asked(keys)
    community.now += 300 * 86_400
    second = await community.asked(keys)

    assert first.certificate.node == second.certificate.node
    assert second.certificate.not_after - first.certificate.not_after == 300 * 86_400
    assert len(community.roll) == 1


async def test_a_node_keeps_its_identity_and_an_identity_its_node(community: Community) -> None:
    one, other = Keys.new(), Keys.new()
    await community.asked(one)
    await community.asked(other)

    for mixed in (
        Keys(one.transport, Ed25519PrivateKey.generate()),
        Keys(one.transport, other.identity),
    ):
        with pytest.raises(EnrolmentRefusedError, match="two different"):
            await community.asked(mixed)
    assert community.registry.let_out == []
    with pytest.raises(EnrolmentRefusedError, match="two different"):
        await community.asked(Keys(ec.generate_private_key(ec.SECP384R1()), one.identity))
    assert community.registry.let_out == [2**63 + 2], "which would have had no identity"
    assert (await community.asked(one)).certificate.node == str(2**63)


@pytest.mark.parametrize("token", ["", "let me", TOKEN + "!", "x" * 200, "café"])
async def test_with_a_wrong_token_nobody_gets_in(community: Community, token: str) -> None:
    with pytest.raises(EnrolmentRefusedError, match="ask for a new one"):
        await community.asked(Keys.new(), token=token)
    assert community.registry.nodes == {}


async def test_a_token_that_was_changed_keeps_out_who_is_new_and_no_member(
    community: Community,
) -> None:
    member = Keys.new()
    await community.asked(member)
    charter = community.folder.charter
    community.folder.write_charter(msgspec.structs.replace(charter, token="another"))

    assert await community.asked(member)
    with pytest.raises(EnrolmentRefusedError, match="ask for a new one"):
        await community.asked(Keys.new())


async def test_where_there_is_no_token_anybody_gets_in(community: Community) -> None:
    charter = community.folder.charter
    community.folder.write_charter(msgspec.structs.replace(charter, token=""))

    assert await community.asked(Keys.new(), token="")


def _other_curve() -> bytes:
    return public_pem(ec.generate_private_key(ec.SECP256R1()))


def _a_stranger(community: str = "Writers") -> enrolment.Enrolment:
    return enrolment.enrolment(Keys.new(), community, TOKEN)


@pytest.mark.parametrize(
    "changed",
    [
        {"identity": _a_stranger().identity},
        {"identity_proof": _a_stranger().identity_proof},
        {"transport": _a_stranger().transport},
        {"transport_proof": _a_stranger().transport_proof},
        {"transport_proof": b""},
        {"transport": _other_curve()},
        {"transport": b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"},
        {"transport": b"\xff" * 400},
        {"transport": _a_stranger().transport + b"\n"},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_keys_that_are_not_proven_are_refused(
    community: Community, changed: dict[str, Any]
) -> None:
    with pytest.raises(EnrolmentRefusedError, match="Not so"):
        await community.asked(Keys.new(), **changed)
    assert community.registry.nodes == {}


async def test_what_was_signed_for_another_community_is_refused(community: Community) -> None:
    with pytest.raises(EnrolmentRefusedError, match="not proven"):
        await community.desk.enrol(encode(_a_stranger("Readers")))


@pytest.mark.parametrize("packed", [b"", b"\x90", b"\x91" * 4_000, b"x" * 64_000, b"\xc1"])
async def test_what_is_no_enrolment_is_refused(community: Community, packed: bytes) -> None:
    with pytest.raises(EnrolmentRefusedError, match="no enrolment"):
        await community.desk.enrol(packed)


async def test_a_full_community_forgets_whose_certificate_has_run_out(
    community: Community,
) -> None:
    with Roll.opened(community.folder.path, most=2) as community.roll:
        first = Keys.new()
        for keys in (first, Keys.new()):
            await community.asked(keys)
        with pytest.raises(EnrolmentRefusedError, match="full"):
            await community.asked(Keys.new())
        assert await community.asked(first), "who is a member may renew"

        community.now += VALID_S + 1

        assert await community.asked(Keys.new())
        assert len(community.roll) == 1


async def test_the_roll_outlives_its_process(community: Community) -> None:
    keys = Keys.new()
    await community.asked(keys)

    with Roll.opened(community.folder.path) as read_again:
        assert read_again.node_of(keys.identity.public_key().public_bytes_raw()) == str(2**63)


async def test_who_was_expelled_does_not_come_back_with_the_same_keys(
    community: Community,
) -> None:
    keys, other = Keys.new(), Keys.new()
    node = (await community.asked(keys)).certificate.node
    await community.asked(other)

    assert community.roll.expel(node)
    assert not community.roll.expel(node), "once"

    with pytest.raises(EnrolmentRefusedError, match="operator has expelled"):
        await community.asked(keys)
    assert await community.asked(other)
    assert len(community.roll) == 1
    assert community.roll.to_let_out() == [node]
    community.roll.let_out(node)
    assert community.roll.to_let_out() == []


async def test_who_leaves_is_on_the_roll_no_more(community: Community) -> None:
    keys, other = Keys.new(), Keys.new()
    node = (await community.asked(keys)).certificate.node
    await community.asked(other)
    packed = encode(enrolment.leaving(keys.identity, "Writers"))

    assert await community.desk.enrol(packed) == b""
    assert len(community.roll) == 1
    assert community.registry.let_out == [int(node)]
    assert await community.desk.enrol(packed) == b"", "and again"
    assert community.registry.let_out == [int(node)]


async def test_nobody_leaves_for_another(community: Community) -> None:
    keys = Keys.new()
    await community.asked(keys)
    forged = enrolment.leaving(Ed25519PrivateKey.generate(), "Writers")
    identity = keys.identity.public_key().public_bytes_raw()

    for packed in (
        encode(msgspec.structs.replace(forged, identity=identity)),
        encode(enrolment.leaving(keys.identity, "Readers")),
    ):
        with pytest.raises(EnrolmentRefusedError, match="not proven"):
            await community.desk.enrol(packed)
    assert len(community.roll) == 1


async def test_the_roll_knows_the_days_and_no_more(community: Community) -> None:
    first, second = Keys.new(), Keys.new()
    node = (await community.asked(first)).certificate.node
    enrolled = _day(community.now)
    await community.asked(second)
    community.now += 40 * 86_400
    await community.asked(first)
    community.roll.saw([node, "7"], int(community.now))

    seen, unseen = community.roll.entries()
    assert (seen.node, seen.enrolled, seen.seen) == (node, enrolled, _day(community.now))
    assert seen.until == _day(community.now + VALID_S)
    assert (unseen.enrolled, unseen.seen) == (enrolled, None)


def _day(moment: float) -> datetime.date:
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).date()


def test_a_roll_of_an_earlier_plm_is_read(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "roll.sqlite")) as earlier, earlier:
        earlier.execute(
            "CREATE TABLE nodes (node TEXT PRIMARY KEY, identity BLOB NOT NULL UNIQUE, "
            "until INTEGER NOT NULL) WITHOUT ROWID"
        )
        earlier.execute("INSERT INTO nodes VALUES ('7', x'00', 1800000000)")

    with Roll.opened(tmp_path) as roll:
        assert [(one.node, one.enrolled) for one in roll.entries()] == [("7", None)]
        assert roll.expel("7")


async def test_after_the_superlink_lost_its_database_the_same_keys_are_still_a_member(
    community: Community,
) -> None:
    keys = Keys.new()
    before = await community.asked(keys)
    community.registry = FirstComeFirstNumbered(first=7)

    after = await community.asked(keys)

    assert (before.certificate.node, after.certificate.node) == (str(2**63), "7")
    assert len(community.roll) == 1
