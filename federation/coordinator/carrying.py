"""Questions to nodes, carried by post: who asks waits until the letter has ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from federation.coordinator.post import Answer, Post


class Carrier:
    """An `Ask` over a `Post`, and the one reader of how its letters end."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._asked: dict[int, asyncio.Future[bytes | None]] = {}

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, post: Post) -> AsyncIterator[Carrier]:
        """Carries until the block is left."""
        carrier = cls(post)
        reading = asyncio.create_task(carrier._read())
        try:
            yield carrier
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def __call__(self, node: str, question: bytes, wait_s: float) -> bytes | None:
        """What a node answers within so many seconds; None where it does not.

        ``node`` is named as in its certificate: Flower's id of it, in decimal digits. Raises
        `ValueError` for a question that is too large for a letter.
        """
        letter = self._post.send(int(node), question, ttl_s=wait_s)
        answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._asked[letter] = answer
        try:
            return await answer
        finally:
            del self._asked[letter]
            self._post.cancel(letter)  # where whoever asked does not want to know any more

    async def _read(self) -> None:
        async for end in self._post.ended():
            asked = self._asked.get(end.letter)
            if asked is not None and not asked.done():
                asked.set_result(end.payload if isinstance(end, Answer) else None)
