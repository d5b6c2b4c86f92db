"""How the coordinator asks nodes, whoever carries the question."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from federation import protocol
from federation.protocol import Answer, Declined, Question

Ask = Callable[[str, bytes, float], Awaitable[bytes | None]]
"""A node, a packed question, seconds to wait → the packed answer, None if there was none."""

SMALL_ANSWER = 4_096
"""Bytes of an answer that has no vector in it, at most."""


async def ask(carry: Ask, node: str, question: bytes, wait_s: float, largest: int) -> Answer:
    """One node, a packed question. One that does not answer in time, or nonsense, declines."""
    packed = await carry(node, question, wait_s)
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

    # A release is megabytes: all who are asked the same share one copy.
    packed = {question: protocol.encode(question) for question in set(questions.values())}

    async def one(node: str, question: bytes) -> None:
        on_answer(node, await ask(carry, node, question, wait_s, largest))

    async with asyncio.TaskGroup() as group:
        for node, question in questions.items():
            group.create_task(one(node, packed[question]))
