"""Letters reach nodes and their answers come back, whatever happens in between."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from federation.certificates import make_loopback_certificate
from tests.federation.conftest import Running
from tests.federation.fleet import Enrolled, Fleet
from tests.federation.misbehaving import MISDEEDS

SIX_MEGABYTES = 6_000_000


def test_three_nodes_answer_each_its_own_letter(fleet: Fleet, member: Running) -> None:
    second, third = fleet.enrol(), fleet.enrol()
    ids = [member.node_id, second.node_id, third.node_id]
    with fleet.node(second), fleet.node(third):
        online = fleet.coordinator.ask("online", do="online")["nodes"]
        letters = [fleet.send(node_id) for node_id in ids]

        assert [fleet.answered(letter)["node"] for letter in letters] == ids
    assert set(ids) <= set(online)


def test_six_megabytes_go_both_ways(fleet: Fleet, member: Running) -> None:
    fleet.answered(fleet.send(member.node_id, more=SIX_MEGABYTES))

    member.process.heard("Answered", received=SIX_MEGABYTES, sent=SIX_MEGABYTES)


def test_letters_to_one_node_are_answered_one_after_the_other(
    fleet: Fleet, member: Running
) -> None:
    letters = [fleet.send(member.node_id, text) for text in ("slowly", "a", "b", "c")]

    for letter in letters:
        fleet.answered(letter)


def test_a_node_that_is_away_gets_its_letter_when_it_returns(fleet: Fleet) -> None:
    node = fleet.enrol()
    with fleet.node(node) as process:
        process.stop()
        process.heard("left")
    online = fleet.coordinator.ask("online", do="online")["nodes"]
    late = fleet.send(node.node_id, "too late", ttl_s=1)
    letter = fleet.send(node.node_id, more=1_000)
    fleet.coordinator.heard("lost", letter=late, loss="EXPIRED")

    with fleet.node(node) as process:
        fleet.answered(letter)
        process.heard("Answered")
        assert [one["received"] for one in process.said if "received" in one] == [1_000]
    assert node.node_id not in online


def test_a_node_may_leave_as_soon_as_it_has_answered(fleet: Fleet) -> None:
    """Flower throws away replies of nodes that are offline; ours are gathered before."""
    node = fleet.enrol()
    with fleet.node(node) as process:
        letter = fleet.send(node.node_id, more=1_000_000)
        process.heard("Answered")
        process.stop()

        fleet.answered(letter)


def test_a_handler_may_refuse_and_may_fail_and_the_node_goes_on(
    fleet: Fleet, member: Running
) -> None:
    refused = fleet.send(member.node_id, "refuse")
    failed = fleet.send(member.node_id, "fail")

    end = fleet.coordinator.heard("lost", letter=refused, loss="REFUSED")
    assert end["words"] == "I would rather not"
    end = fleet.coordinator.heard("lost", letter=failed, loss="REFUSED")
    assert end["words"] == "failed", "what went wrong in there is nobody's business"
    member.process.heard("Refused", reason="I would rather not")
    member.process.heard("Failed", reason="RuntimeError")
    fleet.answered(fleet.send(member.node_id))


def test_what_a_coordinator_must_not_send_is_refused_and_reported_and_never_run(
    fleet: Fleet, member: Running
) -> None:
    for misdeed in MISDEEDS:
        command = {"do": "misbehave", "to": member.node_id, "misdeed": misdeed}
        letter = fleet.coordinator.ask("sent", **command)["letter"]
        fleet.coordinator.heard("lost", letter=letter, loss="REFUSED")
        reported = member.process.heard("Refused")
        asks_for_app = misdeed.startswith("an app")
        assert ("run an app" in reported["reason"]) == asks_for_app, (misdeed, reported)

    fleet.answered(fleet.send(member.node_id))


def test_a_killed_node_answers_what_it_had_in_hand_when_it_is_back(fleet: Fleet) -> None:
    node = fleet.enrol()
    with fleet.node(node) as process:
        letter = fleet.send(node.node_id, "slowly")
        process.heard("working")
        process.kill()
    with fleet.node(node) as process:
        process.heard("working")

        fleet.answered(letter)


def test_a_node_that_was_frozen_goes_on(fleet: Fleet, member: Running) -> None:
    member.process.process.send_signal(signal.SIGSTOP)
    letter = fleet.send(member.node_id)
    time.sleep(1)
    member.process.process.send_signal(signal.SIGCONT)

    fleet.answered(letter)


def test_a_second_process_with_one_key_takes_the_place_of_the_first(fleet: Fleet) -> None:
    node = fleet.enrol()
    with fleet.node(node) as first, fleet.node(node) as second:
        first.heard("ReplacedError")
        assert first.process.wait(20) == 0

        fleet.answered(fleet.send(node.node_id))
        second.heard("Answered")
        assert "Answered" not in {one["event"] for one in first.said}


@pytest.mark.parametrize("days", [-1, 1])
def test_a_node_whose_clock_is_a_day_off_takes_part(fleet: Fleet, days: int) -> None:
    node = fleet.enrol()
    with fleet.node(node, clock_s=days * 86_400):
        fleet.answered(fleet.send(node.node_id))


def test_a_coordinator_with_another_certificate_is_told_nothing(
    fleet: Fleet, tmp_path: Path
) -> None:
    node = fleet.enrol()
    trusted = make_loopback_certificate(tmp_path)
    with fleet.node(node, trusts=trusted.certificate, joins=False) as process:
        assert "Certificate" in process.heard("Waiting")["reason"]


def test_who_is_not_enrolled_is_not_let_in(fleet: Fleet, member: Running) -> None:
    strangers_key, _ = fleet.new_key()
    with (
        fleet.node(Enrolled(4711, strangers_key), joins=False) as unknown,
        fleet.node(Enrolled(member.node_id, strangers_key), joins=False) as impostor,
    ):
        unknown.heard("NotMemberError")
        impostor.heard("NotMemberError")


def test_a_node_that_is_let_out_learns_so(fleet: Fleet) -> None:
    node = fleet.enrol()
    fleet.coordinator.ask("unregistered", do="unregister", node=node.node_id)

    with fleet.node(node, joins=False) as process:
        process.heard("NotMemberError")


def test_messages_flow_again_after_the_superlink_was_killed(fleet: Fleet, member: Running) -> None:
    before = fleet.coordinator.ask("where", do="where")
    in_hand, waiting = fleet.send(member.node_id, "slowly"), fleet.send(member.node_id)
    member.process.heard("working")
    os.kill(before["pid"], signal.SIGKILL)

    fleet.answered(in_hand)
    fleet.answered(waiting)
    assert fleet.coordinator.ask("where", do="where")["pid"] != before["pid"]


def test_messages_flow_again_after_flowers_run_has_died(fleet: Fleet, member: Running) -> None:
    in_hand, waiting = fleet.send(member.node_id, "slowly"), fleet.send(member.node_id)
    member.process.heard("working")

    fleet.coordinator.ask("lost run", do="lose_run")

    fleet.answered(in_hand)
    fleet.answered(waiting)


def test_messages_flow_again_after_the_coordinator_was_killed(
    fleet: Fleet, member: Running
) -> None:
    superlink = psutil.Process(fleet.coordinator.ask("where", do="where")["pid"])
    fleet.send(member.node_id, "slowly")
    member.process.heard("working")

    fleet.coordinator.kill()
    superlink.wait(20)  # it does not outlive who started it
    fleet.restart()

    fleet.answered(fleet.send(member.node_id))
    said = [one["event"] for one in member.process.said]
    assert [one for one in said if one in {"Waiting", "Joined"}][-2:] == ["Waiting", "Joined"]


def test_the_superlink_tells_nobody_anything(fleet: Fleet) -> None:
    where = fleet.coordinator.ask("where", do="where")
    superlink = psutil.Process(where["pid"])

    connections = superlink.net_connections()

    listening = [one.laddr for one in connections if one.status == psutil.CONN_LISTEN]
    assert superlink.environ()["FLWR_TELEMETRY_ENABLED"] == "0"
    assert superlink.environ()["FLWR_DISABLE_UPDATE_CHECK"] == "1"
    assert listening == [("127.0.0.1", urlsplit(where["url"]).port)]
    assert {one.raddr.ip for one in connections if one.raddr} <= {"127.0.0.1"}
    assert not superlink.children(), "it starts nothing by itself"


def test_a_node_connects_to_nothing_but_its_coordinator_and_starts_nothing(
    fleet: Fleet, member: Running
) -> None:
    """Whatever came before in this file; and its environment names a proxy."""
    fleet.answered(fleet.send(member.node_id))

    said = member.process.said
    assert [one["to"] for one in said if one["event"] == "connects"] == [
        f"('127.0.0.1', {fleet.port})"
    ]
    assert "starts a process" not in {one["event"] for one in said}
