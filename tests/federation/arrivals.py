"""Many nodes that enrol, go online and wait for mail at the same time, from one process.

    python -m tests.federation.arrivals 1000

measures it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from cryptography.hazmat.primitives.asymmetric import ec

from federation.calls import UnreachableError, new_session
from federation.node.fleet_calls import FleetCalls, Membership
from federation.signatures import public_pem
from tests.federation.coordinator_process import PASSWORD
from tests.federation.fleet import Fleet, a_fleet


async def arrive(fleet: Fleet, nodes: int, *, over_s: float = 0.0) -> list[int]:
    """Let so many nodes arrive, evenly over ``over_s`` seconds; returns their ids once all of them
    are online and wait for mail."""
    context = fleet.trusting()
    async with AsyncExitStack() as stack, new_session(context, connections=16) as enrolling:
        every_s = over_s / nodes
        return await asyncio.gather(
            *(_arrive(fleet, enrolling, stack, one * every_s) for one in range(nodes))
        )


async def _arrive(
    fleet: Fleet, enrolling: aiohttp.ClientSession, stack: AsyncExitStack, after_s: float
) -> int:
    await asyncio.sleep(after_s)
    key = ec.generate_private_key(ec.SECP384R1())
    async with enrolling.post(fleet.url + "/enrol", data=PASSWORD + public_pem(key)) as answer:
        answer.raise_for_status()
        node_id = int(await answer.read())
    membership = Membership(
        coordinator=fleet.url, node_id=node_id, key=key, ca_file=fleet.certificate.certificate
    )
    calls = await stack.enter_async_context(FleetCalls.opened(membership))
    while True:
        try:
            await calls.join(heartbeat_s=600)
            break
        except UnreachableError as error:
            await asyncio.sleep(max(1.0, error.retry_after_s))
    waiting = asyncio.create_task(calls.pull())
    stack.callback(waiting.cancel)
    return node_id


def _measure(nodes: int) -> None:
    limits = dict.fromkeys(
        ("at_once_per_client", "per_minute", "enrolments_per_minute"), 100 * nodes
    )
    with tempfile.TemporaryDirectory() as folder, a_fleet(Path(folder), **limits) as fleet:
        began = time.monotonic()
        asyncio.run(arrive(fleet, nodes, over_s=60 * nodes / 1_000))
        sys.stdout.write(f"{nodes} nodes after {time.monotonic() - began:.1f} s; ")
        sys.stdout.write(f"{fleet.coordinator.ask('where', do='where')['memory']}\n")


if __name__ == "__main__":
    _measure(int(sys.argv[1]))
