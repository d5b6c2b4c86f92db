"""A whole round with updates of full size, as it passes before the coordinator."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from federation.coordinator.folder import Folder
from federation.identity import Trust
from federation.layout import Vector
from federation.node.member import Update
from federation.rounds import outcome
from plm_engine.base.installed import InstalledBase
from tests.federation.capture import Capture, capturing
from tests.federation.relay import Relay, relay
from tests.federation.served import TIMEOUT_S, Node, Plm, free_port, joined, served
from tests.federation.wire import SeenRound, letters, likeness, rounds

DEVICES = 5
SIZE = 184_320
"""Numbers of an update for the base model that PLM comes with."""


@dataclass(frozen=True)
class Held:
    """A round, and all that is to be known of it."""

    folder: Folder
    relay: Relay
    packets: Capture | None
    updates: dict[int, Vector]
    """In the clear, by the node's number."""

    @property
    def seen(self) -> SeenRound:
        (one,) = rounds(letters(self.relay.exchanges))
        return one


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, base: InstalledBase, shared_cache: Path) -> Held:
    return asyncio.run(_hold(Plm(tmp_path_factory.mktemp("wire"), shared_cache)))


async def _hold(plm: Plm) -> Held:
    folder, public = plm.place / "community", plm.place / "public.txt"
    public.write_text("It was a bright cold day in April.")
    async with relay(free_port(), free_port()) as between:
        url = f"http://127.0.0.1:{between.port}"
        about = ("--name", "Writers", "--url", url, "--cohort", str(DEVICES), "--norm", "0.01")
        plm.said("coordinator", "init", str(folder), *about)
        line = plm.said("coordinator", "invite", str(folder)).strip()
        with (
            _capturing(between.port) as packets,
            served(plm, folder, between.to, "--public-text", str(public)),
        ):
            updates = await _one_round(await joined(line, DEVICES))
    return Held(Folder(folder), between, packets, updates)


async def _one_round(nodes: list[Node]) -> dict[int, Vector]:
    updates = {}
    for number, node in enumerate(nodes):
        update = np.random.default_rng(number).normal(scale=1e-5, size=SIZE)
        assert node.member.current
        node.member.has_made(Update(node.member.current.digest, update))
        updates[node.joined.node_id] = update
    lives = [asyncio.create_task(node.live()) for node in nodes]
    async with asyncio.timeout(5 * TIMEOUT_S):
        while min(node.version for node in nodes) < 1:  # noqa: ASYNC110 - no event of ours
            await asyncio.sleep(0.1)
    for life in lives:
        life.cancel()
    await asyncio.gather(*lives, return_exceptions=True)
    return updates


@contextlib.contextmanager
def _capturing(port: int) -> Iterator[Capture | None]:
    """None where packets are nobody's business."""
    with contextlib.ExitStack() as stack:
        packets = None
        with contextlib.suppress(PermissionError, AttributeError):
            packets = stack.enter_context(capturing(port))
        yield packets


def test_a_single_update_cannot_be_told_from_noise(held: Held) -> None:
    """By chance alone it exceeds a hundredth once in ten thousand runs."""
    masked, points = held.seen.masked, held.seen.terms.mechanism.fixed_point

    assert masked.keys() == held.updates.keys()
    for node, update in held.updates.items():
        assert likeness(points.encode(update), update) > 0.99, "without masks"
        assert abs(likeness(masked[node], update)) <= 0.01
        assert abs(float(masked[node].mean()) / 2**32 - 0.5) < 0.01


def test_the_sum_is_exact_to_the_fixed_point_step(held: Held) -> None:
    seen = held.seen
    summed = seen.summed(Trust(held.folder.authority.public_key(), time.time()))
    points = seen.terms.mechanism.fixed_point

    found = outcome(seen.terms, [(summed.vector, len(summed.nodes))])

    assert {int(node) for node in summed.nodes} == held.updates.keys()
    assert found
    mean = np.mean([*held.updates.values()], axis=0)
    assert np.abs(found.mean - mean).max() <= points.step / 2
    assert np.array_equal(
        points.decode(summed.vector)[:SIZE],
        points.step * np.sum([points.units(one) for one in held.updates.values()], axis=0),
    )


def test_no_update_is_on_the_wire_in_the_clear(held: Held) -> None:
    points = held.seen.terms.mechanism.fixed_point
    passed = [*held.relay.all_bytes]
    for update in held.updates.values():
        for written in (update, update.astype("<f4"), points.encode(update)):
            run = written[:4].tobytes()
            assert not any(run in one for one in passed)


def test_nothing_passed_but_what_was_recorded(held: Held) -> None:
    if held.packets is None:
        pytest.skip("this process may not look at packets")
    port = held.relay.port
    flows = held.packets.flows

    went = {(flows[flow], flows.get(flow[::-1], b"")) for flow in flows if flow[1] == port}

    assert went == {(bytes(one.up), bytes(one.down)) for one in held.relay.streams if one.up}
