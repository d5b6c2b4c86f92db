"""A community from its foundation on: real processes, real sockets, real nodes, no network beyond.

The base model is a tiny one.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from federation import invitation, release
from federation.coordinator.folder import Folder
from federation.coordinator.roll import Roll
from federation.invitation import Invitation
from federation.node.enrolling import EnrolmentError, enrol
from federation.node.federating import FederatingError, federate
from federation.node.job import Event, Federate, PutOut
from federation.node.renewing import packed
from plm_engine.base.catalogue import DEFAULT
from tests.federation.served import (
    TIMEOUT_S,
    Coordinator,
    Node,
    Plm,
    all_have,
    joined,
    online,
    served,
)
from tests.tiny_daemon import cache_of, tiny_default_base

DEVICES = 4


@pytest.fixture(scope="module")
def plm(tmp_path_factory: pytest.TempPathFactory) -> Plm:
    place = tmp_path_factory.mktemp("plm")
    return Plm(place, cache_of(tiny_default_base(place)))


@pytest.fixture(scope="module")
def coordinator(plm: Plm) -> Iterator[Coordinator]:
    """Of a community that was just founded."""
    folder = plm.place / "writers"
    one = Coordinator(plm, folder)
    url = f"http://127.0.0.1:{one.port}"
    # A norm so small that the noise, of the same size, does no harm.
    noise = ("--noise", "1", "--norm", "0.001")
    about = ("--name", "Writers", "--url", url, "--cohort", str(DEVICES), *noise)
    plm.said("coordinator", "init", str(folder), *about)
    one.start()
    yield one
    assert one.stop() == 0


@pytest.fixture(scope="module")
def line(coordinator: Coordinator) -> str:
    return coordinator.plm.said("coordinator", "invite", str(coordinator.folder)).strip()


def get(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, http.client.HTTPMessage, str]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    client.request("GET", path, headers={"Host": host})
    answer = client.getresponse()
    try:
        return answer.status, answer.headers, answer.read().decode()
    finally:
        client.close()


def page_port(coordinator: Coordinator) -> int:
    return int(coordinator.ready["page"].rstrip("/").rpartition(":")[2])


async def test_rounds_become_releases_and_a_killed_coordinator_goes_on(
    coordinator: Coordinator, line: str
) -> None:
    nodes = await joined(line, DEVICES)
    async with online(nodes):
        await all_have(nodes, 1)
        coordinator.kill()
        folder = Folder(coordinator.folder or Path())
        stood, _, _ = folder.stands()
        coordinator.start()
        await all_have(nodes, stood.version + 1)

    held = list(folder.rounds())
    versions = [one.version for one in held]
    assert versions == sorted(set(versions))
    assert max(versions) > stood.version
    _chained(folder, stood.version + 1)
    _status_tells_counts_and_nothing_of_anybody(coordinator, nodes)
    _figures_for_prometheus(coordinator, len(held))
    _an_operator_goes_back(coordinator, folder)


def _chained(folder: Folder, version: int) -> None:
    statement, _ = release.read(folder.release(version))
    assert statement.parent == folder.release(version - 1).digest


def _status_tells_counts_and_nothing_of_anybody(
    coordinator: Coordinator, nodes: list[Node]
) -> None:
    said = coordinator.status()
    assert (said["name"], said["enrolled"], said["cohort"]) == ("Writers", DEVICES, DEVICES)
    assert said["live"]["superlink_is_up"]
    assert said["verdicts"] == {"published": said["privacy"]["rounds"]}
    epsilons = [one["epsilon"] for one in said["rounds"]]
    assert epsilons == sorted(epsilons, reverse=True), "the newest first"
    assert epsilons[0] == said["privacy"]["epsilon"]
    for node in nodes:
        assert str(node.joined.node_id) not in json.dumps(said)


def _figures_for_prometheus(coordinator: Coordinator, rounds: int) -> None:
    status, _, text = get(page_port(coordinator), "/metrics")
    assert status == 200
    figures = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert figures["plm_nodes_enrolled",] == DEVICES
    assert figures["plm_rounds_total", "published"] >= rounds
    assert figures["plm_release_version",] >= rounds
    assert figures["plm_superlink_up",] == 1
    assert figures["process_resident_memory_bytes",] > 0


def test_a_community_can_start_with_another_s_adapter(
    coordinator: Coordinator, tmp_path: Path
) -> None:
    folder = Folder(coordinator.folder or Path())
    stood, _, _ = folder.stands()
    about = ("--name", "Heirs", "--url", "https://plm.example")
    init = ("coordinator", "init", str(tmp_path / "heirs"), *about)
    starter = str(folder.release_file(stood.version))

    other = coordinator.plm.ran(*init, "--from-release", starter, "--strategy", "fedavg")
    assert (other.returncode, (tmp_path / "heirs").exists()) == (1, False)
    assert other.stderr.endswith("needs --strategy fdlora.\n")
    coordinator.plm.said(*init, "--from-release", starter)

    state, _, first = Folder(tmp_path / "heirs").stands()
    statement, tensors = release.read(first)
    assert (statement.community, state.version, state.epoch) == ("Heirs", 0, 0)
    assert all(np.array_equal(tensors[name], stood.tensors[name]) for name in stood.tensors)
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"damaged")
    ran = coordinator.plm.ran(*init, "--from-release", str(damaged))
    assert (ran.returncode, "Traceback" in ran.stderr) == (1, False)
    assert ran.stderr.endswith("damaged cannot be started from: the release is damaged.\n")


def _an_operator_goes_back(coordinator: Coordinator, folder: Folder) -> None:
    """While it serves."""
    stood, _, _ = folder.stands()
    said = coordinator.plm.said("coordinator", "rollback", "0", str(folder.path))
    assert said == f"Version 0 is published again, as version {stood.version + 1}.\n"
    assert coordinator.status()["version"] == stood.version + 1
    again = coordinator.plm.ran("coordinator", "rollback", "9999", str(folder.path))
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)


async def test_a_node_enrols_over_a_socket_and_stays_the_same_with_the_same_keys(
    line: str,
) -> None:
    read = invitation.read(line)
    first = await enrol(read)
    again = await enrol(read, first.keys, current=first.release)

    assert again.node_id == first.node_id


def is_seen(folder: str, node: str) -> bool:
    with Roll.opened(Path(folder)) as roll:
        return node in {one.node for one in roll.entries() if one.seen}


async def test_who_is_expelled_is_let_in_no_more_and_is_told(
    coordinator: Coordinator, line: str
) -> None:
    joined = await enrol(invitation.read(line))
    asked = Federate(
        cache=str(coordinator.plm.cache),
        base=DEFAULT.name,
        invitation=line,
        keys=packed(joined),
        release=release.encode(joined.release),
    )
    kept: list[Event] = []
    node, folder = str(joined.node_id), str(coordinator.folder)
    life = asyncio.create_task(federate(asked, lambda _event: None, kept.append))
    async with asyncio.timeout(TIMEOUT_S):
        while not await asyncio.to_thread(is_seen, folder, node):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)
        assert node in coordinator.plm.said("coordinator", "members", folder)
        coordinator.plm.said("coordinator", "expel", node, folder, "--yes")
        with pytest.raises(FederatingError, match="operator has expelled this device"):
            await life

    assert [type(one) for one in kept] == [PutOut]
    assert node not in coordinator.plm.said("coordinator", "members", folder)
    again = coordinator.plm.ran("coordinator", "expel", node, folder, "--yes")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)


async def test_a_wrong_token_is_told_in_one_line(line: str) -> None:
    guessed: Invitation = msgspec.structs.replace(invitation.read(line), token="guessed")

    with pytest.raises(EnrolmentError, match="ask for a new one"):
        await enrol(guessed)


def test_the_page_is_whole_by_itself_and_runs_nothing(coordinator: Coordinator) -> None:
    status, headers, page = get(page_port(coordinator), "/")

    assert status == 200
    assert "Writers" in page
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"<script|<link|<img|https?://|style=", page)


@pytest.mark.parametrize("path", ["/", "/metrics", "/status"])
def test_the_page_is_for_this_machine_only(coordinator: Coordinator, path: str) -> None:
    assert get(page_port(coordinator), path, host="rebound.example")[0] == 403
    assert get(coordinator.port, path)[0] == 404, "the gateway has nothing of it"


def test_a_community_is_served_once_at_a_time(coordinator: Coordinator) -> None:
    ran = coordinator.plm.ran(
        "coordinator", "serve", str(coordinator.folder), "--port", "0", "--page-port", "0"
    )

    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert "being served already" in ran.stderr


def test_torch_is_in_none_of_its_processes(coordinator: Coordinator) -> None:
    own = psutil.Process(coordinator.process.pid)
    for process in (own, *own.children(recursive=True)):
        mapped = Path(f"/proc/{process.pid}/maps").read_text()
        assert "torch" not in mapped


def test_without_a_folder_it_serves_a_community_of_one_s_own(plm: Plm) -> None:
    with served(plm, None) as trial:
        line = invitation.read(trial.ready["invitation"])
        assert (line.community, line.url) == ("My community", f"http://127.0.0.1:{trial.port}")
        assert trial.status()["live"]["online"] == 0
        assert trial.stop() == 0

    assert trial.status()["live"] is None
    children = [one for one in psutil.process_iter() if one.ppid() == trial.process.pid]
    assert children == []


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [("name", "Readers", "cannot be changed"), ("cohort", 3, "cohort")],
)
def test_a_charter_that_cannot_be_served_is_told_in_one_line(
    plm: Plm, tmp_path: Path, field: str, value: object, why: str
) -> None:
    folder = tmp_path / "edited"
    plm.said("coordinator", "init", str(folder), "--name", "W", "--url", "https://plm.example")
    charter = json.loads((folder / "charter.json").read_text())
    (folder / "charter.json").write_text(json.dumps(charter | {field: value}))

    ran = plm.ran("coordinator", "serve", str(folder), "--port", "0", "--page-port", "0")

    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert why in ran.stderr


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        (("--url", "http://plm.example"), 1, "no https"),
        (("--url", "https://plm.example/path"), 1, "no coordinator"),
        (("--url", "https://plm.example", "--cohort", "11", "--groups", "3"), 2, "cohort of 12"),
        (("--url", "https://plm.example", "--name", "x" * 61), 1, "name"),
    ],
)
def test_what_is_no_community_is_not_founded(
    plm: Plm, tmp_path: Path, options: tuple[str, ...], code: int, why: str
) -> None:
    ran = plm.ran("coordinator", "init", str(tmp_path / "none"), "--name", "W", *options)

    assert (ran.returncode, (tmp_path / "none").exists()) == (code, False)
    assert why in ran.stderr


def test_nobody_is_invited_to_listen_in(plm: Plm, tmp_path: Path) -> None:
    ran = plm.ran("coordinator", "serve", str(tmp_path), "--host", "0.0.0.0")

    assert ran.returncode == 2
    assert "--certificate" in ran.stderr


def test_a_community_of_one_s_own_is_for_this_machine(plm: Plm) -> None:
    ran = plm.ran("coordinator", "serve", "--behind-proxy")

    assert ran.returncode == 2
    assert "give DIR" in ran.stderr
