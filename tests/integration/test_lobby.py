"""What a client may cost the daemon before it has proven who it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from daemon.instance import ServerInfo
from daemon.lobby import MAX_FRAME_CHARS, Limits
from daemon.server import ServeOptions, running
from plm_engine.base import InstalledBase
from tests.daemon_client import (
    EXTENSION,
    FIREFOX_EXTENSION,
    OTHER_EXTENSION,
    Credentials,
    open_client,
    open_session,
)
from tests.daemon_process import DaemonProcess

Start = Callable[[Limits], Awaitable[ServerInfo]]


@pytest.fixture
async def start(tmp_path: Path, shared_cache: Path, base: InstalledBase) -> AsyncIterator[Start]:
    """Starts a daemon with other limits in this process."""
    async with AsyncExitStack() as stack:

        async def start(limits: Limits) -> ServerInfo:
            options = ServeOptions(data_dir=tmp_path, cache_dir=shared_cache, port=0, limits=limits)
            return await stack.enter_async_context(running(options))

        yield start


async def test_of_300_strangers_few_may_wait_and_friends_still_get_in(
    daemon_process: DaemonProcess,
) -> None:
    port = daemon_process.port
    friend = await daemon_process.pair(FIREFOX_EXTENSION)
    async with AsyncExitStack() as strangers:
        refusals = 0
        for number in range(300):
            origin = (EXTENSION, OTHER_EXTENSION)[number % 2]
            try:
                await strangers.enter_async_context(open_client(port, origin))
            except InvalidStatus as refusal:
                assert refusal.response.status_code == 503
                refusals += 1
        assert refusals == 300 - 2 * Limits().sockets_per_origin
        async with open_session(port, friend):
            pass
    async with open_session(port, daemon_process.cli_credentials):
        pass


async def test_a_place_is_free_again_once_a_session_is_open(
    daemon_process: DaemonProcess,
) -> None:
    who = await daemon_process.pair()
    async with AsyncExitStack() as sessions:
        for _ in range(Limits().sockets + 4):
            await sessions.enter_async_context(open_session(daemon_process.port, who))


async def test_who_proves_nothing_is_shown_out(start: Start) -> None:
    info = await start(Limits(seconds=0.2))
    async with open_client(info.port, EXTENSION) as client:
        with pytest.raises(ConnectionClosed):
            await client.receive()
        assert client.socket.close_code == 1008


async def test_a_half_finished_handshake_is_shown_out_too(start: Start, tmp_path: Path) -> None:
    info = await start(Limits(seconds=0.2))
    async with open_client(info.port) as client:
        await client.ask("hello", pairing="cli", nonce="0" * 64)
        with pytest.raises(ConnectionClosed):
            await client.receive()


async def test_a_stranger_may_not_send_much(shared_daemon: DaemonProcess) -> None:
    async with open_client(shared_daemon.port, EXTENSION) as client:
        await client.socket.send(" " * (MAX_FRAME_CHARS + 1))
        assert (await client.receive())["code"] == "too_large"
        with pytest.raises(ConnectionClosed):
            await client.receive()
        assert client.socket.close_code == 1009


@pytest.mark.parametrize("sent", [b"", b"GET /v1 HTTP/1.1\r\nHost: 127", b"\x16\x03\x01"])
async def test_a_connection_that_never_asks_is_closed(start: Start, sent: bytes) -> None:
    info = await start(Limits(connection_seconds=0.2))
    reader, writer = await asyncio.open_connection("127.0.0.1", info.port)
    writer.write(sent)
    async with asyncio.timeout(30):
        await reader.read()
    writer.close()


async def test_a_connection_that_asks_letter_by_letter_is_closed(start: Start) -> None:
    info = await start(Limits(connection_seconds=1.0))
    reader, writer = await asyncio.open_connection("127.0.0.1", info.port)
    writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
    reading = asyncio.create_task(reader.read())
    async with asyncio.timeout(60):
        while not reading.done():
            writer.write(b"a")
            await asyncio.sleep(0.05)
    writer.close()


async def test_too_many_idle_connections_are_cut_down_to_the_limit(start: Start) -> None:
    info = await start(Limits(connections=4, connection_seconds=600))
    streams = [await asyncio.open_connection("127.0.0.1", info.port) for _ in range(12)]
    async with asyncio.timeout(30):
        ended = asyncio.as_completed([reader.read() for reader, _ in streams])
        for _ in range(8):
            assert await next(ended) == b""
    for _, writer in streams:
        writer.close()


async def test_an_open_session_outlives_the_strangers_limits(start: Start, tmp_path: Path) -> None:
    info = await start(Limits(seconds=5, connection_seconds=0.5, connections=1))
    cli = Credentials("cli", bytes.fromhex((tmp_path / "cli.secret").read_text()))
    async with open_session(info.port, cli) as client:
        reader, _ = await asyncio.open_connection("127.0.0.1", info.port)
        await reader.read()  # a stranger came and was shown out meanwhile
        assert (await client.ask("ping"))["type"] == "pong"


async def test_an_expired_code_does_not_pair(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.pairing.CODE_LIFETIME_S", 0)
    info = await start(Limits())
    cli = Credentials("cli", bytes.fromhex((tmp_path / "cli.secret").read_text()))
    async with open_session(info.port, cli) as client:
        code = (await client.ask("pair_begin"))["code"]
    async with open_client(info.port, EXTENSION) as client:
        answer = await client.pair(code, EXTENSION)
        assert isinstance(answer, dict)
        assert answer["code"] == "refused"
