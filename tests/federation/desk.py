"""A community's desk without a network, and a door to it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from federation import enrolment
from federation.coordinator.enrolment import Desk
from federation.coordinator.folder import Charter, Folder
from federation.coordinator.founding import invitation
from federation.coordinator.gateway import EnrolmentRefusedError
from federation.coordinator.roll import Roll
from federation.enrolment import Enrolled, Keys, encode
from federation.invitation import Invitation
from federation.strategies.fdlora import FDLoRA
from tests.federation.dimensions import CONFIG

TOKEN = "let me in"


@dataclass
class FirstComeFirstNumbered:
    """As Flower's SuperLink numbers keys."""

    nodes: dict[bytes, int] = field(default_factory=dict)
    let_out: list[int] = field(default_factory=list)
    first: int = 2**63

    async def register(self, public_key: bytes) -> int:
        await asyncio.sleep(0)
        return self.nodes.setdefault(public_key, self.first + len(self.nodes))

    async def unregister(self, node_id: int) -> None:
        self.let_out.append(node_id)

    async def knows(self, node_id: int) -> bool:
        return node_id in self.nodes.values()


@dataclass
class Community:
    """One, without a network."""

    folder: Folder
    roll: Roll
    registry: FirstComeFirstNumbered = field(default_factory=FirstComeFirstNumbered)
    now: float = field(default_factory=time.time)

    @property
    def desk(self) -> Desk:
        return Desk(
            self.folder, self.registry, self.roll, lambda: self.folder.stands()[2], lambda: self.now
        )

    async def asked(self, keys: Keys, **changed: Any) -> Enrolled:
        request = enrolment.enrolment(keys, "Writers", TOKEN)
        packed = encode(msgspec.structs.replace(request, **changed))
        return enrolment.read_enrolled(await self.desk.enrol(packed))

    @asynccontextmanager
    async def at_a_door(
        self,
        answer: Callable[[bytes], bytes] = lambda whole: whole,
        tls: ssl.SSLContext | None = None,
        behind_a_proxy_that_refuses: bool = False,
    ) -> AsyncIterator[Invitation]:
        """Over HTTP; ``answer`` may change what comes back."""
        refused = {} if behind_a_proxy_that_refuses else {enrolment.REFUSED: "1"}

        async def post(request: web.Request) -> web.Response:
            try:
                return web.Response(body=answer(await self.desk.enrol(await request.read())))
            except EnrolmentRefusedError as error:
                return web.Response(status=403, text=str(error), headers=refused)

        async with serving(post, tls) as url:
            yield msgspec.structs.replace(invitation(self.folder), url=url)


@asynccontextmanager
async def serving(
    post: Callable[[web.Request], Awaitable[web.StreamResponse]], tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/enrol", post)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def a_community(place: Path) -> Iterator[Community]:
    """That was just founded."""
    charter = Charter(
        name="Writers", url="http://127.0.0.1:1", strategy="fdlora", base="b" * 64, token=TOKEN
    )
    folder = Folder.made(place / "writers", charter, FDLoRA().begin(CONFIG, seed=0))
    with Roll.opened(folder.path) as roll:
        yield Community(folder, roll)
