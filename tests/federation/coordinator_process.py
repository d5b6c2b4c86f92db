"""A coordinator that sends what its test tells it to: it owns the SuperLink, the post, the gateway.

python -m tests.federation.coordinator_process FOLDER PORT CERTIFICATES LIMITS
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import psutil
from flwr.proto.control_pb2 import StopRunRequest, StopRunResponse

from federation.calls import Calls
from federation.coordinator.admission import Limits
from federation.coordinator.gateway import EnrolmentRefusedError, Gateway, GatewayOptions
from federation.coordinator.post import Answer, Post
from federation.coordinator.run import Registry
from federation.coordinator.superlink import SuperLink
from tests.federation.misbehaving import misbehave
from tests.federation.talking import commands, say

PASSWORD = b"let me in\n"


class Coordinator:
    """Does what the test says."""

    def __init__(self, superlink: SuperLink, post: Post) -> None:
        self._superlink = superlink
        self._post = post
        self._registry = Registry(superlink)
        self._sent: dict[int, bytes] = {}

    async def enrol(self, request: bytes) -> bytes:
        """A password and a public key → the node's id."""
        if not request.startswith(PASSWORD):
            raise EnrolmentRefusedError("No.")
        return str(await self._registry.register(request.removeprefix(PASSWORD))).encode()

    async def send(self, to: int, text: str, more: int, ttl_s: float) -> None:
        """A text, and so many random bytes."""
        payload = text.encode() + os.urandom(more)
        letter = self._post.send(to, payload, ttl_s=ttl_s)
        self._sent[letter] = payload
        say("sent", letter=letter)

    async def misbehave(self, to: int, misdeed: str) -> None:
        """See `misbehaving`."""
        letter = await misbehave(self._post, to, misdeed)
        self._sent[letter] = b""
        say("sent", letter=letter)

    async def online(self) -> None:
        """Who is."""
        say("online", nodes=[node.node_id for node in await self._post.online()])

    async def unregister(self, node: int) -> None:
        """Let it out."""
        await self._registry.unregister(node)
        say("unregistered")

    async def lose_run(self) -> None:
        """As if nobody had spoken for it for a minute."""
        run = self._post._run
        assert run is not None
        calls = Calls(self._superlink.session, lambda: self._superlink.url, dict)
        request = StopRunRequest(run_id=run.run_id)
        await calls("/v1/control/stop-run", request, StopRunResponse, largest=1_000)
        say("lost run")

    async def where(self) -> None:
        """Where the SuperLink is, and how much memory things take, in MiB."""
        await self._superlink.is_up.wait()
        memory = {
            name: psutil.Process(pid).memory_info().rss >> 20
            for name, pid in {"superlink": self._superlink.pid, "coordinator": os.getpid()}.items()
        }
        say("where", url=self._superlink.url, pid=self._superlink.pid, memory=memory)

    async def tell_ends(self) -> None:
        """How letters end."""
        async for end in self._post.ended():
            payload = self._sent.pop(end.letter)
            if isinstance(end, Answer):
                is_right = end.payload == payload[::-1]
                say("answer", letter=end.letter, node=end.node_id, right=is_right)
            else:
                loss, words = end.loss.name, end.detail
                say("lost", letter=end.letter, node=end.node_id, loss=loss, words=words)


async def main(folder: Path, port: int, certificates: Path, limits: Limits) -> None:
    """Coordinate until standard input ends."""
    options = GatewayOptions(
        port=port,
        certificate=certificates / "certificate.pem",
        key=certificates / "key.pem",
        limits=limits,
    )
    async with contextlib.AsyncExitStack() as stack:
        superlink = await stack.enter_async_context(SuperLink.started(folder))
        post = await stack.enter_async_context(Post.opened(superlink))
        coordinator = Coordinator(superlink, post)
        serving = Gateway.serving(options, superlink, post.ledger, coordinator.enrol)
        say("ready", port=await stack.enter_async_context(serving))
        telling = asyncio.create_task(coordinator.tell_ends())
        stack.callback(telling.cancel)
        async for command in commands():
            await _obey(coordinator, command)


async def _obey(coordinator: Coordinator, command: dict[str, Any]) -> None:
    await getattr(coordinator, command.pop("do"))(**command)


if __name__ == "__main__":
    _, _folder, _port, _certificates, _limits = sys.argv
    asyncio.run(main(Path(_folder), int(_port), Path(_certificates), Limits(**json.loads(_limits))))
