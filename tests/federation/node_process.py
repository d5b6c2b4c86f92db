"""A node that answers a payload with its bytes in reverse, and tells its test what happens.

    python -m tests.federation.node_process URL NODE_ID KEY CERTIFICATE CLOCK_S

A payload may say more: ``slowly`` takes a while, ``refuse`` is refused, ``fail`` fails.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from federation.node.fleet import FleetEvent, Pace, RefuseError, take_part
from federation.node.fleet_calls import Membership, NotMemberError, ReplacedError
from tests.federation.talking import say

SLOWLY_S = 2.0
_connected: set[str] = set()


def handle(payload: bytes) -> bytes:
    """The answer."""
    if payload.startswith(b"slowly"):
        say("working")
        time.sleep(SLOWLY_S)
    if payload.startswith(b"refuse"):
        raise RefuseError("I would rather not")
    if payload.startswith(b"fail"):
        raise RuntimeError("secret words")
    return payload[::-1]


def report(event: FleetEvent) -> None:
    """What happens."""
    say(type(event).__name__, **msgspec.to_builtins(event))


def tell_connections(event: str, arguments: tuple[Any, ...]) -> None:
    """Every address that is connected to or looked up, once."""
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        address = str(arguments[1] if event == "socket.connect" else arguments[:2])
        if address not in _connected:
            _connected.add(address)
            say("connects", to=address)
    if event in {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork"}:
        say("starts a process")


async def main(url: str, node_id: int, key: Path, certificate: Path) -> None:
    """Be a node until told to end."""
    loaded = load_pem_private_key(await asyncio.to_thread(key.read_bytes), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    membership = Membership(coordinator=url, node_id=node_id, key=loaded, ca_file=certificate)
    pace = Pace(heartbeat_s=10, poll_s=0.2, shortest_pause_s=0.2, longest_pause_s=1.0)
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(15, task.cancel)
    try:
        await take_part(membership, handle, report, pace)
    except (NotMemberError, ReplacedError) as error:
        say(type(error).__name__)
    except asyncio.CancelledError:
        say("left")


if __name__ == "__main__":
    sys.addaudithook(tell_connections)
    _, _url, _id, _key, _certificate, _clock_s = sys.argv
    _true_time = time.time
    time.time = lambda: _true_time() + int(_clock_s)
    asyncio.run(main(_url, int(_id), Path(_key), Path(_certificate)))
