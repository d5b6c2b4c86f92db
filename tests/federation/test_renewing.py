"""A node enrols again before its certificate ends, and learns there if nobody wants it any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from federation import release
from federation.coordinator.enrolment import VALID_S
from federation.identity import Certificate
from federation.invitation import Invitation, written
from federation.node import job
from federation.node.enrolling import EnrolmentError, enrol
from federation.node.federating import _renewed_in_time
from federation.node.job import Event, Federate
from federation.node.renewing import RENEWED_BEFORE_S, packed
from tests.federation.desk import Community, a_community


@pytest.fixture
def community(tmp_path: Path) -> Iterator[Community]:
    with a_community(tmp_path) as one:
        yield one


async def a_member(community: Community, line: Invitation, *, of_age_s: float) -> Federate:
    """That enrolled so long ago."""
    now = community.now
    community.now -= of_age_s
    joined = await enrol(line)
    community.now = now
    return Federate(
        cache="",
        base="",
        invitation=written(line),
        keys=packed(joined),
        release=release.encode(joined.release),
    )


def until(keys: job.Keys) -> int:
    return msgspec.msgpack.decode(keys.certificate, type=Certificate).not_after


async def test_a_certificate_is_renewed_before_it_ends(community: Community) -> None:
    kept: list[Event] = []
    async with community.at_a_door() as line:
        fresh = await a_member(community, line, of_age_s=0)
        assert await _renewed_in_time(fresh, kept.append) == fresh
        asked = await a_member(community, line, of_age_s=VALID_S - RENEWED_BEFORE_S + 60)
        renewed = await _renewed_in_time(asked, kept.append)

    assert kept == [job.Renewed(renewed.keys)]
    assert renewed.keys.node_id == asked.keys.node_id
    assert until(renewed.keys) - community.now == pytest.approx(VALID_S, abs=2)


async def test_without_its_coordinator_it_goes_on_with_the_one_it_has(
    community: Community,
) -> None:
    async with community.at_a_door() as line:
        asked = await a_member(community, line, of_age_s=VALID_S - 60)
    kept: list[Event] = []

    assert await _renewed_in_time(asked, kept.append) == asked
    assert kept == []


async def test_whose_has_ended_does_not_go_on_without_another(community: Community) -> None:
    kept: list[Event] = []
    async with community.at_a_door() as line:
        asked = await a_member(community, line, of_age_s=VALID_S + 60)
        assert until((await _renewed_in_time(asked, kept.append)).keys) > community.now
    with pytest.raises(EnrolmentError, match="out of reach"):
        await _renewed_in_time(asked, kept.append)

    assert len(kept) == 1


async def test_who_was_expelled_is_told_and_it_is_written_down(community: Community) -> None:
    kept: list[Event] = []
    async with community.at_a_door() as line:
        asked = await a_member(community, line, of_age_s=VALID_S - 60)
        assert community.roll.expel(str(asked.keys.node_id))
        with pytest.raises(EnrolmentError, match="operator has expelled"):
            await _renewed_in_time(asked, kept.append)

    assert kept == [job.PutOut("the coordinator refuses: The operator has expelled this device.")]


async def test_a_refusal_that_is_not_the_coordinator_s_is_not_written_down(
    community: Community,
) -> None:
    kept: list[Event] = []
    async with community.at_a_door(behind_a_proxy_that_refuses=True) as line:
        asked = await a_member(community, line, of_age_s=VALID_S - 60)
        community.roll.expel(str(asked.keys.node_id))
        with pytest.raises(EnrolmentError, match="refuses"):
            await _renewed_in_time(asked, kept.append)

    assert kept == []
