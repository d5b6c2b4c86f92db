"""What a node does with a server that is no SuperLink at all: nothing that it should not."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from flwr.proto import fleet_pb2 as fleet
from flwr.proto import message_pb2 as message
from flwr.proto.recorddict_pb2 import ConfigRecord, RecordDict

from federation.node import fleet_calls
from federation.node.fleet import Failed, FleetEvent, Pace, Refused, Waiting, take_part
from federation.node.fleet_calls import Membership, checked_address
from federation.parcels import MESSAGE_TYPE

NODE_ID = 7
PACE = Pace(poll_s=0.05, shortest_pause_s=0.05, longest_pause_s=0.05)
KEY = ec.generate_private_key(ec.SECP384R1())

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _message(**changes: object) -> fleet.PullMessagesResponse:
    """A message that would be read, but for these changes to its metadata."""
    usual = {
        "run_id": 1,
        "message_id": "a" * 64,
        "src_node_id": 1,
        "dst_node_id": NODE_ID,
        "message_type": MESSAGE_TYPE,
        "created_at": time.time(),
        "ttl": 86_400.0,
    }
    metadata = message.Metadata(**{**usual, **changes})  # type: ignore[arg-type]
    return fleet.PullMessagesResponse(
        messages_list=[message.Message(metadata=metadata, content=RecordDict())],
        message_object_trees=[message.ObjectTree(object_id=metadata.message_id)],
    )


def _with_records_inside() -> fleet.PullMessagesResponse:
    pulled = _message()
    item = RecordDict.Item(key="run", config_record=ConfigRecord())
    pulled.messages_list[0].content.items.append(item)
    return pulled


def _without_content() -> fleet.PullMessagesResponse:
    pulled = _message()
    del pulled.message_object_trees[:]
    return pulled


async def _events(
    answer_pull: Answer, *, until: type[FleetEvent], answer_fetch: Answer | None = None
) -> list[FleetEvent]:
    """What a node reports, up to the first report of this kind."""
    events: list[FleetEvent] = []
    happened = asyncio.Event()

    def report(event: FleetEvent) -> None:
        events.append(event)
        if isinstance(event, until):
            happened.set()

    def handle(_payload: bytes) -> bytes:
        raise AssertionError("nothing here is to be handled")

    answers = {"pull-messages": answer_pull, "pull-object": answer_fetch or _say(b"")}
    async with _serving(answers) as url:
        membership = Membership(coordinator=url, node_id=NODE_ID, key=KEY)
        taking_part = asyncio.create_task(take_part(membership, handle, report, PACE))
        async with asyncio.timeout(30):
            await happened.wait()
        taking_part.cancel()
        with suppress(asyncio.CancelledError):
            await taking_part
    return events


@asynccontextmanager
async def _serving(answers: dict[str, Answer]) -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await answers.get(request.path.rpartition("/")[2], _say(b""))(request)

    app = web.Application(client_max_size=2**25)
    app.router.add_route("*", "/{anything:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _say(body: bytes, **more: object) -> Answer:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, **more)  # type: ignore[arg-type]

    return answer


@pytest.mark.parametrize(
    ("pulled", "reason"),
    [
        (_message(message_type="train"), "asks to run an app that the server has"),
        (_message(message_type="query.plm.more"), "asks to run an app that the server has"),
        (_message(message_type="shutdown"), "unknown type of message"),
        (_message(dst_node_id=8), "not from the coordinator to this node"),
        (_message(src_node_id=8), "not from the coordinator to this node"),
        (_message(ttl=-1.0), "no sensible time to live"),
        (_message(ttl=float("nan")), "no sensible time to live"),
        (_message(ttl=float("inf")), "no sensible time to live"),
        (_message(ttl=1e9), "no sensible time to live"),
        (_message(created_at=1e9), "past its time"),
        (_message(created_at=4e9), "no sensible time to live"),
        (_message(created_at=float("nan")), "no sensible time to live"),
        (_with_records_inside(), "more than a parcel"),
    ],
)
async def test_what_is_wrong_with_a_message_is_seen_before_it_is_opened(
    pulled: fleet.PullMessagesResponse, reason: str
) -> None:
    opened: list[web.Request] = []

    async def fetch(request: web.Request) -> web.Response:
        opened.append(request)
        return web.Response()

    pull = _say(pulled.SerializeToString())
    events = await _events(pull, until=Refused, answer_fetch=fetch)

    assert events[-1] == Refused(reason)
    assert not opened


@pytest.mark.parametrize(
    "fetched",
    [
        b"\xff\xff",
        message.PullObjectResponse(
            object_found=True, object_available=True, object_content=b"something else"
        ).SerializeToString(),
        bytes(20_000_000),
    ],
)
async def test_content_that_is_not_what_was_announced_is_refused(fetched: bytes) -> None:
    pull = _say(_message().SerializeToString())

    events = await _events(pull, until=Refused, answer_fetch=_say(fetched))

    assert "malformed content" in str(events[-1])


@pytest.mark.parametrize(
    "pull",
    [
        _say(b"\xff\xff\xff"),
        _say(_without_content().SerializeToString()),
        _say(bytes(1_000_000)),
        _say(gzip.compress(bytes(10_000_000)), headers={"Content-Encoding": "gzip"}),
        _say(b"", status=500),
        _say(b"", status=403),
        _say(b"", status=503, headers={"Retry-After": "-1"}),
        _say(b"", status=429, headers={"Retry-After": "soon"}),
    ],
)
async def test_nonsense_is_waited_out(pull: Answer) -> None:
    assert isinstance((await _events(pull, until=Waiting))[-1], Waiting)


async def test_a_coordinator_that_falls_silent_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def say_nothing_for_long(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(1.0)
        return web.Response()

    monkeypatch.setattr(fleet_calls, "_PULL_S", 0.1)

    events = await _events(say_nothing_for_long, until=Waiting)

    assert "Timeout" in str(events[-1])


async def test_a_message_that_nobody_wants_answered_any_more_is_not_waited_for() -> None:
    """Its coordinator was killed since, and another one is there."""
    asked = _say(_message().SerializeToString())

    events = await _events(asked, until=Failed, answer_fetch=_say(b"", status=403))

    assert not [event for event in events if isinstance(event, Waiting)]


async def test_a_node_is_not_sent_elsewhere() -> None:
    arrived: list[web.Request] = []

    async def elsewhere(request: web.Request) -> web.Response:
        arrived.append(request)
        return web.Response()

    async with _serving({"pull-messages": elsewhere}) as other:
        headers = {"Location": other + "/v1/fleet/pull-messages", "Set-Cookie": "who=7"}
        events = await _events(_say(b"", status=307, headers=headers), until=Waiting)

    assert "307" in str(events[-1])
    assert not arrived


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "ftp://127.0.0.1",
        "example.org",
        "https://",
        "https://user:secret@example.org",
        "https://example.org/elsewhere",
        "https://example.org?x",
        "",
    ],
)
def test_an_address_must_be_one(address: str) -> None:
    with pytest.raises(ValueError, match="coordinator"):
        checked_address(address)


@pytest.mark.parametrize(
    "address", ["https://example.org", "https://example.org:8443/", "http://[::1]:80"]
)
def test_a_coordinator_is_reached_by_https_and_one_at_home_also_without(address: str) -> None:
    assert checked_address(address) == address.rstrip("/")
