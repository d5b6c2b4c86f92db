"""What commands share that ask the running daemon something."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from daemon import paths
from daemon.cli.output import one_line_for
from daemon.client import ClientError, DaemonClient, connected
from daemon.protocol.messages import Message

T = TypeVar("T")
M = TypeVar("M", bound=Message)


def converse(conversation: Callable[[DaemonClient], Awaitable[T]]) -> T:
    """Hold a conversation with the running daemon."""

    async def hold() -> T:
        async with connected(paths.data_dir()) as client:
            return await conversation(client)

    with one_line_for(ClientError):
        return asyncio.run(hold())


def ask(request: Message, answer: type[M]) -> M:
    """Ask one question."""
    return converse(lambda client: client.ask(request, answer))
