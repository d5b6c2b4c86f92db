"""Who has left tells the coordinator, in a process of its own, if it can be reached."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from daemon.federation.leaving import tell_coordinator
from federation.invitation import written
from federation.node.enrolling import enrol
from federation.node.renewing import packed
from tests.federation.desk import Community, a_community


@pytest.fixture
def community(tmp_path: Path) -> Iterator[Community]:
    with a_community(tmp_path) as one:
        yield one


async def test_the_coordinator_forgets_who_has_left_and_is_not_needed_to_leave(
    community: Community, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "plm.federation")
    async with community.at_a_door() as line:
        joined = await enrol(line)
        keys = msgspec.msgpack.encode(packed(joined))
        assert len(community.roll) == 1
        await tell_coordinator(written(line), keys)
    assert len(community.roll) == 0
    await tell_coordinator(written(line), keys)
    await tell_coordinator(written(line), b"damaged")
    assert [getattr(one, "knows", None) for one in caplog.records] == [True, False, None]
