"""Packets as the kernel carries them over loopback, where this process may look at them."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

_ETHERNET, _IPV4, _TCP = 14, 0x0800, 6
_LARGEST = 2**17
_ROOM = 2**28
_SO_RCVBUFFORCE = 33
_ALL_PROTOCOLS = 0x0003
_ARRIVED = 0
"""On loopback a packet is seen twice: as it leaves, and as it arrives."""
_SYN = 0x02

Flow = tuple[int, int]
"""From one port to another."""


@dataclass
class Capture:
    """Of all TCP to and from one port."""

    port: int
    parts: dict[Flow, dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))
    """By their place in the flow."""
    _first: dict[Flow, int] = field(default_factory=dict)

    def note(self, packet: bytes) -> None:
        """It was seen."""
        if struct.unpack_from("!H", packet, 12) != (_IPV4,) or packet[_ETHERNET + 9] != _TCP:
            return
        start = _ETHERNET + 4 * (packet[_ETHERNET] & 15)
        end = _ETHERNET + struct.unpack_from("!H", packet, _ETHERNET + 2)[0]
        source, target, number = struct.unpack_from("!HHI", packet, start)
        if self.port not in (source, target):
            return
        if packet[start + 13] & _SYN:
            self._first[source, target] = number + 1
        payload = packet[start + 4 * (packet[start + 12] >> 4) : end or len(packet)]
        if payload and (source, target) in self._first:
            place = (number - self._first[source, target]) % 2**32
            self.parts[source, target][place] = payload

    @property
    def flows(self) -> dict[Flow, bytes]:
        """What went each way, put together."""
        return {flow: _together(parts) for flow, parts in self.parts.items()}


@contextlib.contextmanager
def capturing(port: int) -> Iterator[Capture]:
    """Until the block is left. Raises `PermissionError`, and `AttributeError` elsewhere than on
    Linux."""
    seen = Capture(port)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL_PROTOCOLS)) as raw:
        raw.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _ROOM)
        raw.bind(("lo", _ALL_PROTOCOLS))
        raw.settimeout(0.2)
        stop = threading.Event()
        thread = threading.Thread(target=_look, args=(raw, seen, stop))
        thread.start()
        try:
            yield seen
        finally:
            stop.set()
            thread.join()


def _look(raw: socket.socket, seen: Capture, stop: threading.Event) -> None:
    while True:
        try:
            packet, (_, _, kind, *_) = raw.recvfrom(_LARGEST)
        except TimeoutError:
            if stop.is_set():  # and nothing waits any more
                return
            continue
        if kind == _ARRIVED:
            seen.note(packet)


def _together(parts: dict[int, bytes]) -> bytes:
    whole = bytearray()
    for place, payload in sorted(parts.items()):
        assert place <= len(whole), "a packet was missed"
        whole[place:] = payload
    return bytes(whole)
