"""How the daemon starts, refuses to start, and stops without losing anything."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from daemon.instance import StartError
from daemon.server import ServeOptions, running
from plm_engine.base import InstalledBase
from tests.daemon_client import Client, open_session
from tests.daemon_process import (
    DaemonProcess,
    daemon_environment,
    plm_command,
    running_daemon,
)

SITE = "letters.example"


def run_plm(env: dict[str, str], port: int) -> subprocess.CompletedProcess[str]:
    command = [plm_command(), "run", "--port", str(port)]
    return subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def the_one_line(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def test_a_running_daemon_says_where_it_is_and_a_stopped_one_says_nothing(
    daemon_process: DaemonProcess,
) -> None:
    note = daemon_process.data_dir / "daemon.json"
    said = json.loads(note.read_text())
    assert (said["port"], said["pid"]) == (daemon_process.port, daemon_process.process.pid)
    assert daemon_process.stop() == 0
    assert not note.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_signals_stop_it_politely(daemon_process: DaemonProcess, number: int) -> None:
    assert daemon_process.stop(number) == 0
    assert "Traceback" not in daemon_process.log.read_text()


def test_a_second_daemon_gives_one_clear_line(daemon_process: DaemonProcess) -> None:
    line = the_one_line(run_plm(daemon_process.env, 0))
    assert "running already" in line
    assert daemon_process.url in line


def test_a_taken_port_gives_one_clear_line(
    tmp_path: Path, shared_cache: Path, base: InstalledBase
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = the_one_line(run_plm(daemon_environment(tmp_path, shared_cache), port))
    assert f"Port {port} is taken" in line


async def test_without_a_base_model_it_says_how_to_get_one(tmp_path: Path) -> None:
    options = ServeOptions(data_dir=tmp_path, cache_dir=tmp_path / "empty", port=0)
    with pytest.raises(StartError, match="base model"):
        async with running(options):
            pass


def test_a_damaged_base_model_gives_one_clear_line(tmp_path: Path, damaged_cache: Path) -> None:
    line = the_one_line(run_plm(daemon_environment(tmp_path, damaged_cache), 0))
    assert "damaged" in line
    assert "plm base build --again" in line


def test_a_store_with_another_key_gives_one_clear_line(
    tmp_path: Path, shared_cache: Path, base: InstalledBase
) -> None:
    env = daemon_environment(tmp_path, shared_cache)
    with running_daemon(tmp_path, shared_cache) as daemon:
        key = daemon.data_dir / "store.key"
    key.write_text("00" * 32)
    assert "key does not fit" in the_one_line(run_plm(env, 0))


async def test_it_can_start_again_at_once_after_a_failed_start(
    tmp_path: Path, shared_cache: Path, base: InstalledBase
) -> None:
    empty = ServeOptions(data_dir=tmp_path, cache_dir=tmp_path / "empty", port=0)
    with pytest.raises(StartError):
        async with running(empty):
            pass
    whole = ServeOptions(data_dir=tmp_path, cache_dir=shared_cache, port=0)
    async with running(whole) as info:
        assert info.port


async def test_open_sessions_are_told_that_the_daemon_goes_away(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.cli() as cli, daemon_process.playground() as page:
        daemon_process.process.send_signal(signal.SIGTERM)
        for client in (cli, page):
            with pytest.raises(ConnectionClosed):
                await client.receive()
            assert client.socket.close_code == 1001
    assert await asyncio.to_thread(daemon_process.stop) == 0


async def test_stopping_during_a_completion_ends_it(daemon_process: DaemonProcess) -> None:
    async with daemon_process.playground() as page:
        for number in range(20):
            await page.send("complete", field=f"f{number}", before="It was a pleasure to " * 60)
        assert await asyncio.to_thread(daemon_process.stop) == 0
    assert "Traceback" not in daemon_process.log.read_text()


async def _send_captures(client: Client, count: int) -> None:
    for number in range(count):
        await client.send(
            "capture",
            draft=f"d{number}",
            site=SITE,
            kind="input",
            text=f"Letter number {number}",
            typed_chars=15,
        )


async def _acknowledged(client: Client, at_least: int) -> set[int]:
    """Documents acknowledged, until there are so many or the connection ends."""
    documents: set[int] = set()
    try:
        while len(documents) < at_least:
            message = await client.receive()
            if message["type"] == "captured" and message["document"] is not None:
                documents.add(message["document"])
    except ConnectionClosed:
        pass
    return documents


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_no_acknowledged_capture_is_lost(
    tmp_path: Path, shared_cache: Path, base: InstalledBase, number: int
) -> None:
    with running_daemon(tmp_path, shared_cache) as daemon:
        who = await daemon.pair()
        async with open_session(daemon.port, who) as browser:
            await browser.ask("site_set", site=SITE, capture=True)
            await _send_captures(browser, 60)
            first = await _acknowledged(browser, 5)
            daemon.process.send_signal(number)
            acknowledged = first | await _acknowledged(browser, 1_000)
        await asyncio.to_thread(daemon.process.wait, 60)
    with running_daemon(tmp_path, shared_cache) as daemon:
        async with open_session(daemon.port, who) as browser:
            kept = (await browser.ask("captures_query", limit=200))["documents"]
    assert len(acknowledged) >= 5
    assert acknowledged <= {document["id"] for document in kept}


async def test_what_was_received_before_sigterm_is_stored_and_acknowledged(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.browser() as browser:
        await browser.ask("site_set", site=SITE, capture=True)
        await _send_captures(browser, 20)
        await browser.send("ping", id="all received")  # answered out of turn, but read in turn
        while (await browser.receive())["id"] != "all received":
            pass
        daemon_process.process.send_signal(signal.SIGTERM)
        acknowledged = await _acknowledged(browser, 1_000)
        assert browser.socket.close_code == 1001
    assert len(acknowledged) <= 20
    assert max(acknowledged) == 20
