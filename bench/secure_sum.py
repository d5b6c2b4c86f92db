"""What a secure sum costs a device and the coordinator as the cohort grows.

``python -m bench secure_sum``
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from rich.progress import Progress

from federation.secure_sum.client import Participant
from federation.secure_sum.errors import Phase
from federation.secure_sum.masks import Vector
from federation.secure_sum.server import Summation
from tests.federation.whole_round import TRUST, enrolled, names, parameters, participant, vectors

FULL = 184_322
"""Elements of a real update with its answers."""
SMALL = 100
ROUNDS = ((SMALL, 25), (SMALL, 50), (SMALL, 100), (SMALL, 200))
FULL_ROUNDS = ((FULL, 10), (FULL, 50), (FULL, 100))
LOST = 0.2
"""Of the devices, after they dealt their shares: what costs the coordinator most."""


@dataclass(slots=True)
class Cost:
    """Of one round."""

    length: int
    devices: int
    device_s: float = 0.0
    """Of processor time, all phases of one that stays to the end."""
    up: int = 0
    """Bytes of one device."""
    down: int = 0
    server_s: float = 0.0


def measure(progress: Progress) -> list[Cost]:
    """Whole rounds, in which some devices are lost before their vectors arrive."""
    rounds = [*ROUNDS, *FULL_ROUNDS]
    bar = progress.add_task("secure sums", total=sum(devices for _, devices in rounds))
    found = []
    for length, devices in rounds:
        found.append(_round(length, devices))
        progress.advance(bar, devices)
    return found


def table(found: list[Cost]) -> str:
    """Markdown, and how the costs grow."""
    rows = [
        f"| {one.devices:,} | {one.length:,} | {1e3 * one.device_s:,.0f} | {one.up / 1e3:,.0f} | "
        f"{one.down / 1e3:,.0f} | {one.server_s:,.2f} |"
        for one in found
    ]
    small = [one for one in found if one.length == SMALL]
    growth = (
        f"For short vectors a device's time grows with the {_power(small, 'device_s'):.1f}th power "
        f"of the cohort, its bytes with the {_power(small, 'up'):.1f}th, the coordinator's time "
        f"with the {_power(small, 'server_s'):.1f}th."
    )
    return "\n".join(
        [
            "| devices | numbers | device, ms | up, kB | down, kB | coordinator, s |",
            "|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            growth,
        ]
    )


def _power(costs: list[Cost], what: str) -> float:
    """The slope in logarithms."""
    devices = np.log([one.devices for one in costs])
    return float(np.polyfit(devices, np.log([getattr(one, what) for one in costs]), 1)[0])


def _round(length: int, devices: int) -> Cost:
    nodes = names(devices)
    agreed = parameters(devices, length)
    server = Summation(agreed, TRUST)
    members = {node: participant(enrolled(node)) for node in nodes}
    lost = set(nodes[1 : 1 + int(LOST * devices)])
    held = vectors(nodes[:1], length, agreed.bits)[nodes[0]]
    cost = Cost(length, devices)
    asked: Mapping[str, bytes] = dict.fromkeys(members, server.invitation())
    while server.phase is not Phase.OVER:
        there = {node: one for node, one in asked.items() if not _is_lost(server, node, lost)}
        _answer_all(server, members, there, held, cost)
        started = time.process_time()
        if server.phase is Phase.UNMASK:
            server.finish()
        else:
            asked = server.close()
        cost.server_s += time.process_time() - started
    return cost


def _is_lost(server: Summation, node: str, lost: set[str]) -> bool:
    return server.phase >= Phase.MASK and node in lost


def _answer_all(
    server: Summation,
    members: Mapping[str, Participant],
    asked: Mapping[str, bytes],
    held: Vector,
    cost: Cost,
) -> None:
    for is_first, (node, question) in _first_marked(asked):
        started = time.process_time()
        answer = _answer(members[node], question, held)
        answered = time.process_time()
        server.receive(answer)
        cost.server_s += time.process_time() - answered
        if is_first:  # it is the one that is never lost
            cost.device_s += answered - started
            cost.up += len(answer)
            cost.down += len(question)


def _first_marked(asked: Mapping[str, bytes]) -> Iterator[tuple[bool, tuple[str, bytes]]]:
    for place, one in enumerate(asked.items()):
        yield place == 0, one


def _answer(member: Participant, question: bytes, held: Vector) -> bytes:
    match member.phase:
        case Phase.ADVERTISE:
            return member.advertise(question)
        case Phase.SHARE:
            return member.share(question)
        case Phase.MASK:
            return member.mask(question, held)
        case Phase.CONFIRM:
            return member.confirm(question)
        case _:
            return member.unmask(question)
