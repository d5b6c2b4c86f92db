"""Who is let into a community, and whom a node believes when it joins."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation import enrolment
from federation.coordinator.enrolment import VALID_S, Desk
from federation.coordinator.folder import Charter, Folder
from federation.coordinator.founding import invitation
from federation.coordinator.gateway import EnrolmentRefusedError
from federation.coordinator.roll import Roll
from federation.enrolment import Enrolled, Keys, encode
from federation.identity import Trust, issue, verify
from federation.invitation import Invitation
from federation.node.enrolling import EnrolmentError, enrol
from federation.signatures import public_pem
from federation.strategies.fdlora import FDLoRA
from tests.federation.dimensions import CONFIG

TOKEN = "let me in"


@dataclass
class FirstComeFirstNumbered:
    """As Flower's SuperLink numbers keys."""

    nodes: dict[bytes, int] = field(default_factory=dict)
    let_out: list[int] = field(default_factory=list)

    async def register(self, public_key: bytes) -> int:
        await asyncio.sleep(0)
        return self.nodes.setdefault(public_key, 2**63 + len(self.nodes))

    async def unregister(self, node_id: int) -> None:
        self.let_out.append(node_id)


@dataclass
class Community:
    """One, without a network."""

    folder: Folder
    roll: Roll
    registry: FirstComeFirstNumbered = field(default_factory=FirstComeFirstNumbered)
    now: float = field(default_factory=time.time)

    @property
    def desk(self) -> Desk:
        return Desk(
            self.folder, self.registry, self.roll, lambda: self.folder.stands()[2], lambda: self.now
        )

    async def asked(self, keys: Keys, **changed: Any) -> Enrolled:
        request = enrolment.enrolment(keys, "Writers", TOKEN)
        packed = encode(msgspec.structs.replace(request, **changed))
        return enrolment.read_enrolled(await self.desk.enrol(packed))

    @asynccontextmanager
    async def at_a_door(
        self, answer: Callable[[bytes], bytes] = lambda whole: whole
    ) -> AsyncIterator[Invitation]:
        """Over HTTP; ``answer`` may change what comes back."""

        async def post(request: web.Request) -> web.Response:
            try:
                return web.Response(body=answer(await self.desk.enrol(await request.read())))
            except EnrolmentRefusedError as error:
                return web.Response(status=403, text=str(error))

        async with serving(post) as url:
            yield msgspec.structs.replace(invitation(self.folder), url=url)


@asynccontextmanager
async def serving(post: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/enrol", post)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
def community(tmp_path: Path) -> Any:
    charter = Charter(
        name="Writers", url="http://127.0.0.1:1", strategy="fdlora", base="b" * 64, token=TOKEN
    )
    folder = Folder.made(tmp_path / "writers", charter, FDLoRA().begin(CONFIG, seed=0))
    with Roll.opened(folder.path) as roll:
        yield Community(folder, roll)


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
