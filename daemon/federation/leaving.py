"""Who leaves a community has left at once; its coordinator is told afterwards, if it can be."""

from __future__ import annotations

import asyncio
import logging

import msgspec

from daemon.federation.process import FederatingProcess
from federation.node.job import Keys, Leave, Left

log = logging.getLogger("plm.federation")

_WITHIN_S = 20


async def tell_coordinator(invitation: str, keys: bytes) -> None:
    """Once: where it cannot be reached, the certificate that it gave ends by itself."""
    try:
        asked = Leave(invitation=invitation, keys=msgspec.msgpack.decode(keys, type=Keys))
        async with asyncio.timeout(_WITHIN_S), FederatingProcess.started(asked) as process:
            async for event in process.events():
                log.info("told the coordinator", extra={"knows": isinstance(event, Left)})
    except (TimeoutError, OSError, msgspec.MsgspecError) as error:
        log.info("could not tell the coordinator", extra={"error": type(error).__name__})
