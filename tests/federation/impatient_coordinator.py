"""``plm coordinator serve``, but that it waits for nobody of whom its test says not to.

    python -m tests.federation.impatient_coordinator FOLDER CACHE PORT

So nobody has to wait for the dead, and the living have all the time that a busy machine takes.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from daemon import logs
from federation.coordinator import post
from federation.coordinator.coordinator import Pace
from federation.coordinator.folder import Folder
from federation.coordinator.gateway import GatewayOptions
from federation.coordinator.instance import Served
from federation.coordinator.ledger import Ledger, Letter, Place
from federation.coordinator.serving import ServeOptions, serve
from federation.coordinator.summing import Patience
from tests.federation.talking import commands, say

WAITS_S = 120.0
OFTEN = Pace(look_s=0.5, answer_s=WAITS_S, release_s=WAITS_S)
_given_up: set[int] = set()


class Impatient(Ledger):
    """The time of who is given up is over."""

    def overdue(self, now: float) -> list[Letter]:
        """See `Ledger`."""
        late = super().overdue(now)
        return late + [
            one
            for one in self._letters.values()
            if one.node_id in _given_up and one.place is not Place.DELIVERED and one not in late
        ]


def tell(served: Served) -> None:
    """It is ready."""
    say("ready", page=served.page_port)


async def obey() -> None:
    """Whom not to wait for, from now on."""
    async for command in commands():
        _given_up.clear()
        _given_up.update(command["given_up"])


async def main(folder: Path, cache: Path, port: int) -> None:
    """Serve until SIGTERM."""
    vars(post)["Ledger"] = Impatient
    logs.set_up()
    options = ServeOptions(
        cache_dir=cache,
        gateway=GatewayOptions(port=port),
        pace=OFTEN,
        patience=Patience(first_s=WAITS_S, vectors_s=WAITS_S, other_s=WAITS_S),
    )
    obeying = asyncio.create_task(obey())
    await serve(Folder(folder), options, on_ready=tell)
    obeying.cancel()


if __name__ == "__main__":
    _, _folder, _cache, _port = sys.argv
    asyncio.run(main(Path(_folder), Path(_cache), int(_port)))
