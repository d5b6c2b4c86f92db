"""The gateway lets through what a node has to say, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flwr.proto import control_pb2 as control
from flwr.proto import fleet_pb2 as fleet_pb
from flwr.proto import message_pb2 as message
from flwr.proto.node_pb2 import Node

from federation.signatures import Signer, public_pem
from tests.federation.arrivals import arrive
from tests.federation.coordinator_process import PASSWORD
from tests.federation.fleet import Fleet, a_fleet
from tests.federation.talking import TIMEOUT_S

AT_ONCE = 40
ENROLMENTS = 60
ARRIVALS = 50
IDLE_S = 2

FLEET_PATH = "/v1/fleet/pull-messages"
NOT_HERE = [
    "/",
    "/docs",
    "/openapi.json",
    "/v1/control/list-runs",
    "/v1/control/start-run",
    "/v1/control/register-node",
    "/v1/runtime/acquire-task",
    "/v1/runtime/push-messages",
    # With these a node would fetch an app, delete a message, or let itself in or out.
    "/v1/fleet/confirm-message-received",
    "/v1/fleet/get-run",
    "/v1/fleet/get-fab",
    "/v1/fleet/register-node",
    "/v1/fleet/unregister-node",
    # Other ways to write these, and the ones that are here.
    "/v1/fleet/../control/list-runs",
    "/v1/fleet/pull-messages/../../control/list-runs",
    "/v1/fleet/..%2fcontrol/list-runs",
    "/v1/fleet/%2e%2e/control/list-runs",
    "/v1/fleet/%252e%252e/control/list-runs",
    "/v1/fleet/..;/control/list-runs",
    "/v1/fleet\\..\\control\\list-runs",
    "/v1/%66leet/pull-messages",
    "/v1/fleet//pull-messages",
    "//v1/fleet/pull-messages",
    "/v1/fleet/pull-messages/",
    "/v1/fleet/pull-messages?",
    "/v1/fleet/pull-messages?x=/v1/control/list-runs",
    "/v1/fleet/pull-messages#",
    "/v1/fleet/pull-messages%00",
    "/v1/fleet/pull-messages;x",
    "/V1/FLEET/PULL-MESSAGES",
    "https://127.0.0.1/v1/control/list-runs",
    "https://127.0.0.1/v1/fleet/pull-messages",
    "*",
]
PROTOBUF = {"Content-Type": "application/protobuf"}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A coordinator that is easily asked too much."""
    limits = {
        "at_once_per_client": AT_ONCE + ARRIVALS,
        "enrolments_per_minute": ENROLMENTS,
        "idle_connection_s": IDLE_S,
    }
    with a_fleet(tmp_path_factory.mktemp("gateway"), **limits) as running:
        yield running


@pytest.mark.parametrize("target", NOT_HERE)
def test_there_is_nothing_else_behind_the_door(fleet: Fleet, target: str) -> None:
    body = control.ListRunsRequest(limit=5).SerializeToString()

    status, answer = fleet.request("POST", target, body, PROTOBUF)

    assert status in {400, 404}
    assert b"run" not in answer


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("target", [FLEET_PATH, "/enrol"])
def test_nodes_only_post(fleet: Fleet, method: str, target: str) -> None:
    assert fleet.request(method, target)[0] == 405


def test_tunnels_are_not_dug(fleet: Fleet) -> None:
    with _connection(fleet) as client:
        client.sendall(b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n")
        assert b" 200 " not in client.recv(200).split(b"\r\n")[0]


def test_it_says_whether_it_is_well(fleet: Fleet) -> None:
    assert fleet.request("GET", "/health") == (200, b"ok\n")


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("application/protobuf", b"\xff\xff\xff", 400),
        ("application/protobuf", bytes(100_000), 413),
        ("application/protobuf", control.StartRunRequest(app_spec="@a/b").SerializeToString(), 401),
        ("application/protobuf", b"", 401),
    ],
)
def test_what_is_not_a_signed_call_is_not_answered(
    fleet: Fleet, content_type: str, body: bytes, status: int
) -> None:
    assert fleet.request("POST", FLEET_PATH, body, {"Content-Type": content_type})[0] == status


def test_a_body_that_does_not_say_its_size_is_cut_off(fleet: Fleet) -> None:
    head = (
        f"POST {FLEET_PATH} HTTP/1.1\r\nHost: here\r\nContent-Type: application/protobuf\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    with _connection(fleet) as client:
        client.sendall(head.encode())
        with contextlib.suppress(OSError):
            for _ in range(100):
                client.sendall(b"4000\r\n" + bytes(0x4000) + b"\r\n")
        assert client.recv(100).split()[1] == b"413"


def test_megabytes_are_read_of_members_only(fleet: Fleet) -> None:
    stranger = Signer(ec.generate_private_key(ec.SECP384R1())).headers(time.time())

    status, _ = fleet.request("POST", "/v1/fleet/push-object", b"", PROTOBUF | stranger)

    assert status == 503


def test_nobody_speaks_in_the_name_of_another(fleet: Fleet) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    _, node_id = fleet.request("POST", "/enrol", PASSWORD + public_pem(key))
    forged = fleet_pb.PushMessagesRequest(
        node=Node(node_id=int(node_id)),
        messages_list=[message.Message(metadata=message.Metadata(src_node_id=int(node_id) ^ 1))],
    )
    asked = fleet_pb.PullMessagesRequest(node=Node(node_id=int(node_id) ^ 1))
    headers = PROTOBUF | Signer(key).headers(time.time())

    pushed = fleet.request("POST", "/v1/fleet/push-messages", forged.SerializeToString(), headers)
    pulled = fleet.request("POST", FLEET_PATH, asked.SerializeToString(), headers)

    assert (pushed[0], pulled[0]) == (403, 401)


@pytest.mark.parametrize("body", [b"", b"let me in", b"let me in\nno key", bytes(100_000)])
def test_who_knows_no_password_or_has_no_key_is_not_enrolled(fleet: Fleet, body: bytes) -> None:
    assert fleet.request("POST", "/enrol", body)[0] in {403, 413}


def test_many_nodes_may_arrive_at_once_and_wait_for_mail(fleet: Fleet) -> None:
    ids = asyncio.run(arrive(fleet, ARRIVALS))

    assert len(ids) == ARRIVALS
    assert set(ids) <= set(fleet.coordinator.ask("online", do="online")["nodes"])


def test_a_connection_that_says_nothing_is_closed(fleet: Fleet) -> None:
    with _connection(fleet) as client:
        assert client.recv(1) == b""


def test_one_client_cannot_take_up_all_the_room(fleet: Fleet) -> None:
    unfinished = f"POST {FLEET_PATH} HTTP/1.1\r\nHost: here\r\nContent-Type: application/protobuf"
    with contextlib.ExitStack() as stack:
        for _ in range(AT_ONCE + ARRIVALS):
            client = stack.enter_context(_connection(fleet))
            client.sendall(f"{unfinished}\r\nContent-Length: 9\r\n\r\n".encode())
        assert _eventually(lambda: fleet.request("GET", "/health")[0] == 429)
    assert _eventually(lambda: fleet.request("GET", "/health")[0] == 200)


def test_one_client_cannot_enrol_without_end(fleet: Fleet) -> None:
    statuses = [fleet.request("POST", "/enrol", b"?")[0] for _ in range(ENROLMENTS + 5)]

    assert statuses[-1] == 429


@contextlib.contextmanager
def _connection(fleet: Fleet) -> Iterator[ssl.SSLSocket]:
    with (
        socket.create_connection(("127.0.0.1", fleet.port), timeout=TIMEOUT_S) as plain,
        fleet.trusting().wrap_socket(plain, server_hostname="127.0.0.1") as client,
    ):
        yield client


def _eventually(is_so: object) -> bool:
    assert callable(is_so)
    deadline = time.monotonic() + TIMEOUT_S
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
