"""Questions by post: each has an end, whatever becomes of the node and of who asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from federation.calls import new_session
from federation.certificates import make_loopback_certificate
from federation.coordinator.carrying import Carrier
from federation.coordinator.post import Post
from federation.coordinator.superlink import SuperLink
from federation.parcels import MAX_PAYLOAD_BYTES


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """With a SuperLink that never comes up: letters stay where they are."""
    async with new_session() as session:
        superlink = SuperLink(tmp_path, make_loopback_certificate(tmp_path), session)
        async with Post.opened(superlink) as opened:
            yield opened


async def test_a_node_that_does_not_answer_in_time_has_not_answered(post: Post) -> None:
    async with Carrier.opened(post) as carrier:
        answers = await asyncio.gather(*(carrier(str(node), b"?", 0.1) for node in range(1, 30)))

    assert set(answers) == {None}
    assert len(post.ledger) == 0


async def test_what_nobody_wants_to_know_any_more_is_not_asked(post: Post) -> None:
    async with Carrier.opened(post) as carrier:
        asking = asyncio.create_task(carrier("1", b"?", 60.0))
        await asyncio.sleep(0)
        assert len(post.ledger) == 1
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

        assert len(post.ledger) == 0
        assert await carrier("2", b"?", 0.1) is None, "others go on"


async def test_many_who_are_asked_the_same_share_one_copy(post: Post) -> None:
    question = b"?" * 1_000
    async with Carrier.opened(post) as carrier:
        asking = [asyncio.create_task(carrier(str(node), question, 60.0)) for node in (1, 2)]
        await asyncio.sleep(0)
        payloads = [letter.payload for letter in post.ledger.due(float("inf"))]
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    assert [payload is question for payload in payloads] == [True, True]


async def test_what_no_letter_can_hold_is_an_error_of_ours(post: Post) -> None:
    async with Carrier.opened(post) as carrier:
        with pytest.raises(ValueError, match="too large"):
            await carrier("1", bytes(MAX_PAYLOAD_BYTES + 1), 1.0)
