"""What a node gets when it joins a community, and whom it believes."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation import enrolment
from federation.certificates import make_loopback_certificate
from federation.coordinator.enrolment import VALID_S
from federation.coordinator.founding import invitation
from federation.enrolment import Keys, encode
from federation.identity import Trust, issue, verify
from federation.node.enrolling import EnrolmentError, enrol
from tests.federation.desk import Community, a_community, serving


@pytest.fixture
def community(tmp_path: Path) -> Iterator[Community]:
    with a_community(tmp_path) as one:
        yield one


async def test_a_node_gets_a_certificate_for_a_year_and_the_newest_release(
    community: Community,
) -> None:
    keys = Keys.new()

    async with community.at_a_door() as line:
        joined = await enrol(line, keys)

    certificate = joined.identity.certificate
    assert joined.node_id == 2**63
    assert certificate.key == keys.identity.public_key().public_bytes_raw()
    assert joined.until - community.now == pytest.approx(VALID_S, abs=2)
    assert joined.release == community.folder.stands()[2]
    authority = community.folder.authority.public_key()
    a_day_behind = Trust(authority, community.now - 86_400, leeway=0)
    assert verify(certificate, a_day_behind)


def _signed_by_another(packed: bytes) -> bytes:
    enrolled = enrolment.read_enrolled(packed)
    one = enrolled.certificate
    forged = issue(
        Ed25519PrivateKey.generate(),
        node=one.node,
        key=one.key,
        not_before=one.not_before,
        not_after=one.not_after,
    )
    return encode(msgspec.structs.replace(enrolled, certificate=forged))


def _another_release(packed: bytes) -> bytes:
    enrolled = enrolment.read_enrolled(packed)
    spoilt = bytearray(enrolled.release)
    spoilt[-1] ^= 1
    return encode(msgspec.structs.replace(enrolled, release=bytes(spoilt)))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (_signed_by_another, "did not issue the certificate"),
        (_another_release, "damaged"),
        (lambda packed: packed[:-1], "no answer"),
        (lambda _: b"", "no answer"),
    ],
)
async def test_a_coordinator_that_lies_is_not_joined(
    community: Community, answer: Callable[[bytes], bytes], why: str
) -> None:
    async with community.at_a_door(answer) as line:
        with pytest.raises(EnrolmentError, match=why) as raised:
            await enrol(line)
    assert not raised.value.may_try_again
    assert "\n" not in str(raised.value)


async def test_a_certificate_for_another_key_is_not_taken(community: Community) -> None:
    other = await community.asked(Keys.new())

    async with community.at_a_door(lambda _: encode(other)) as line:
        with pytest.raises(EnrolmentError, match="another key"):
            await enrol(line)


@pytest.mark.parametrize("pinned", ["publisher", "base", "strategy", "authority"])
async def test_what_the_invitation_pins_must_hold(community: Community, pinned: str) -> None:
    other = {"publisher": b"p" * 32, "authority": b"a" * 32, "base": "c" * 64, "strategy": "fedavg"}

    async with community.at_a_door() as line:
        with pytest.raises(EnrolmentError, match="cannot be believed"):
            await enrol(msgspec.structs.replace(line, **{pinned: other[pinned]}))


async def test_a_coordinator_s_refusal_is_passed_on_in_one_line(community: Community) -> None:
    async with community.at_a_door() as line:
        with pytest.raises(EnrolmentError, match="ask for a new one"):
            await enrol(msgspec.structs.replace(line, token="guessed"))


async def test_nobody_there_is_worth_another_try(community: Community) -> None:
    with pytest.raises(EnrolmentError, match="out of reach") as raised:
        await enrol(invitation(community.folder))
    assert raised.value.may_try_again


async def test_redirects_and_proxies_are_not_followed(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    seen: list[str] = []

    async def away(request: web.Request) -> web.Response:
        seen.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with serving(away) as url:
        line = msgspec.structs.replace(invitation(community.folder), url=url)
        with pytest.raises(EnrolmentError, match="no coordinator"):
            await enrol(line)
    assert seen == ["/enrol"]


async def test_only_a_server_that_the_invitation_vouches_for_is_asked(
    community: Community, tmp_path: Path
) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    for place in (own, other):
        place.mkdir()
        make_loopback_certificate(place)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(own / "certificate.pem", own / "key.pem")

    async with community.at_a_door(tls=tls) as line:
        for vouching in ("", (other / "certificate.pem").read_text()):
            with pytest.raises(EnrolmentError, match="not who the invitation says"):
                await enrol(msgspec.structs.replace(line, certificates=vouching))
        vouching = (own / "certificate.pem").read_text()
        assert await enrol(msgspec.structs.replace(line, certificates=vouching))


async def test_an_endless_answer_is_cut_off(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("federation.node.enrolling.LARGEST_ANSWER", 100_000)

    async def pour(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 64_000)

    async with serving(pour) as url:
        line = msgspec.structs.replace(invitation(community.folder), url=url)
        with pytest.raises(EnrolmentError, match="more than"):
            await enrol(line)


async def test_an_invitation_with_damaged_certificates_says_so(community: Community) -> None:
    line = invitation(community.folder, certificates="-----BEGIN CERTIFICATE-----\nx\n")

    with pytest.raises(EnrolmentError, match="certificates"):
        await enrol(line)
