"""A relay before a coordinator that writes down every byte that passes, as HTTP reads it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

_CHUNK = 2**16


@dataclass
class Stream:
    """One connection."""

    up: bytearray = field(default_factory=bytearray)
    """From a device."""
    down: bytearray = field(default_factory=bytearray)

    @property
    def exchanges(self) -> Iterator[Exchange]:
        """Requests and their answers; those that were cut off are left out."""
        for (first, asked), (_, answered) in zip(
            _messages(self.up), _messages(self.down), strict=False
        ):
            yield Exchange(first.split()[1].decode(), asked, answered)


@dataclass(frozen=True)
class Exchange:
    """Of bodies."""

    path: str
    asked: bytes
    answered: bytes


@dataclass
class Relay:
    """From its port to the coordinator's."""

    port: int
    to: int
    streams: list[Stream] = field(default_factory=list)

    @property
    def exchanges(self) -> Iterator[Exchange]:
        """Connection by connection."""
        for stream in self.streams:
            yield from stream.exchanges

    @property
    def all_bytes(self) -> Iterator[bytes]:
        """That passed, in either direction."""
        for stream in self.streams:
            yield from (bytes(stream.up), bytes(stream.down))


@contextlib.asynccontextmanager
async def relay(port: int, to: int) -> AsyncIterator[Relay]:
    """Listens on ``port`` until the block is left; ``to`` may begin to listen later."""
    passed = Relay(port, to)

    async def connected(device: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        stream = Stream()
        passed.streams.append(stream)
        with contextlib.suppress(OSError):
            answers, onward = await asyncio.open_connection("127.0.0.1", to)
            up = asyncio.create_task(_pass(device, onward, stream.up))
            await _pass(answers, back, stream.down)
            up.cancel()
        back.close()

    async with await asyncio.start_server(connected, "127.0.0.1", port):
        yield passed


async def _pass(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, record: bytearray
) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(_CHUNK):
            record += chunk
            target.write(chunk)
            await target.drain()
    target.close()


def _messages(data: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """First lines and bodies of one direction of a connection."""
    start = 0
    while (end := data.find(b"\r\n\r\n", start)) >= 0:
        first, *lines = bytes(data[start:end]).split(b"\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in lines)
        assert b"transfer-encoding" not in headers
        assert b"content-encoding" not in headers
        body, start = end + 4, end + 4 + int(headers.get(b"content-length", 0))
        if start > len(data):
            return
        yield first, bytes(data[body:start])
