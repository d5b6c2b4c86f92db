"""What a secure sum costs a device and the coordinator as the cohort grows, to the largest that
there can be.

``python -m bench secure_sum``
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.polynomial import Polynomial
from rich.progress import Progress
from scipy.optimize import nnls

from federation.secure_sum.client import Participant
from federation.secure_sum.errors import Phase
from federation.secure_sum.masks import Vector
from federation.secure_sum.server import Summation
from plm_engine.evaluation.plots import Axis, Line, curves
from tests.federation.whole_round import TRUST, enrolled, names, parameters, participant, vectors

FULL = 184_322
"""Elements of a real update with its answers."""
SMALL = 100
ROUNDS = tuple((SMALL, devices) for devices in (25, 50, 100, 200, 500, 1_000))
FULL_ROUNDS = tuple((FULL, devices) for devices in (10, 25, 50, 100, 200))
LOST = 0.2
"""Of the devices, after they dealt their shares: what costs the coordinator most."""
PICTURES = Path(__file__).parents[1] / "docs" / "images"


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


Figure = Callable[[Cost], float]


def measure(progress: Progress) -> list[Cost]:
    """Whole rounds, in which some devices are lost before their vectors arrive."""
    rounds = [*ROUNDS, *FULL_ROUNDS]
    bar = progress.add_task("secure sums", total=sum(devices for _, devices in rounds))
    found = []
    for length, devices in rounds:
        found.append(_round(length, devices))
        progress.advance(bar, devices)
    return found


def report(progress: Progress) -> str:
    """Measures, draws, and returns Markdown."""
    found = measure(progress)
    for name, plot in plots(found).items():
        (PICTURES / f"{name}.svg").write_text(plot, "utf-8")
    return table(found)


def table(found: Sequence[Cost]) -> str:
    """Markdown, and how the costs grow."""
    rows = [
        f"| {one.devices:,} | {one.length:,} | {1e3 * one.device_s:,.0f} | {one.up / 1e3:,.0f} | "
        f"{one.down / 1e3:,.0f} | {one.server_s:,.2f} |"
        for one in found
    ]
    return "\n".join(
        [
            "| devices | numbers | device, ms | up, kB | down, kB | coordinator, s |",
            "|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            _laws(found),
        ]
    )


def plots(found: Sequence[Cost]) -> dict[str, str]:
    """By name: what a device and what the coordinator pays, with the laws that were fitted."""
    return {
        "secure-sum-device": _plot(found, "Time of a device", "milliseconds", _device_ms, 2),
        "secure-sum-bytes": _plot(found, "Bytes of a device", "kB, up and down", _kilobytes, 1),
        "secure-sum-coordinator": _plot(
            found, "Time of the coordinator", "seconds", lambda one: one.server_s, 2
        ),
    }


def _device_ms(one: Cost) -> float:
    return 1e3 * one.device_s


def _kilobytes(one: Cost) -> float:
    return (one.up + one.down) / 1e3


def _plot(found: Sequence[Cost], title: str, unit: str, what: Figure, degree: int) -> str:
    lines = []
    for colour, length in enumerate((SMALL, FULL)):
        costs = _of(found, length)
        law = fitted([(one.devices, what(one)) for one in costs], degree)
        grid = np.geomspace(costs[0].devices, costs[-1].devices, 40)
        lines.append(Line(points=[(n, law(n)) for n in grid], colour=2 + colour, is_dashed=True))
        points = [(one.devices, what(one)) for one in costs]
        label = f"{length:,} numbers"
        lines.append(Line(points=points, colour=colour, has_dots=True, label=label))
    x = Axis(label="devices in a sum", is_log=True)
    return curves(f"{title} in a secure sum", lines, x, Axis(label=unit, is_log=True))


def _laws(found: Sequence[Cost]) -> str:
    """Fitted to what was measured, by size of the vector; n is the number of devices."""
    said = []
    for length in (SMALL, FULL):
        costs = _of(found, length)
        device = fitted([(one.devices, _device_ms(one)) for one in costs], 2)
        sent = fitted([(one.devices, _kilobytes(one)) for one in costs], 1)
        server = fitted([(one.devices, 1e3 * one.server_s) for one in costs], 2)
        said.append(
            f"With {length:,} numbers in a sum of *n*, a device takes {_written(device)} ms and "
            f"moves {_written(sent)} kB, the coordinator takes {_written(server)} ms."
        )
    return " ".join(said)


def fitted(points: Sequence[tuple[float, float]], degree: int) -> Polynomial:
    """A polynomial without negative coefficients: none of the costs falls. Relative errors count,
    so that small cohorts are met as well as large ones."""
    at = np.array([n for n, _ in points])
    cost = np.array([value for _, value in points])
    powers = at[:, None] ** np.arange(degree + 1)
    coefficients, _ = nnls(powers / cost[:, None], np.ones(len(points)))
    return Polynomial(coefficients)


def _written(law: Polynomial) -> str:
    names = ("", "\u202f*n*", "\u202f*n*²")
    terms = [
        f"{float(f'{coefficient:.2g}'):,g}{name}"
        for coefficient, name in zip(map(float, law.coef), names, strict=False)
        if coefficient > 0
    ]
    return " + ".join(terms)


def _of(found: Sequence[Cost], length: int) -> list[Cost]:
    return [one for one in found if one.length == length]


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
            return member.mask(question, lambda: held)
        case Phase.CONFIRM:
            return member.confirm(question)
        case _:
            return member.unmask(question)
