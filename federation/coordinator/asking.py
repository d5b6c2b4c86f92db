"""How the coordinator asks nodes, whoever carries the question."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from federation import protocol
from federation.protocol import Answer, Declined, Question

Ask = Callable[[str, bytes, float], Awaitable[bytes | None]]
"""A node, a packed question, seconds to wait → the packed answer, None if there was none."""


async def ask(carry: Ask, node: str, question: Question, wait_s: float, largest: int) -> Answer:
    """One node. One that does not answer in time, or nonsense, declines."""
    packed = await carry(node, protocol.encode(question), wait_s)
    try:
        return Declined() if packed is None else protocol.read_answer(packed, largest)
    except protocol.ProtocolError:
        return Declined()


async def ask_all(
    carry: Ask,
    questions: Mapping[str, Question],
    wait_s: float,
    largest: int,
    on_answer: Callable[[str, Answer], None],
) -> None:
    """Many at once; told of each answer as it comes. Done when all have answered, or their time
    is over."""

    async def one(node: str, question: Question) -> None:
        on_answer(node, await ask(carry, node, question, wait_s, largest))

    async with asyncio.TaskGroup() as group:
        for node, question in questions.items():
            group.create_task(one(node, question))
