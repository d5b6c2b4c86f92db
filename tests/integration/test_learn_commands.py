"""Learning as its user meets it: asked for, watched, paused, and only by those who may."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.daemon_client import Client
from tests.daemon_process import DaemonProcess, running_daemon
from tests.letters import SITE


async def write(client: Client, count: int) -> None:
    await client.ask("site_set", site=SITE, capture=True)
    for number in range(count):
        text = f"This is the letter with the number {number}, about something else again."
        await client.ask(
            "capture",
            draft=f"d{number}",
            site=SITE,
            kind="textarea",
            text=text,
            typed_chars=len(text),
        )


async def after_course(client: Client) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while (status := await client.ask("learn_status_query"))["course"]:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    return status


async def test_at_first_nothing_is_learned_and_nothing_is_going_on(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.cli() as cli:
        status = await cli.ask("learn_status_query")
        assert status["version"] is None
        assert status["course"] is None
        assert not status["paused"]
        assert status["waits_for"] == "new texts"
        assert (await cli.ask("learn_history_query"))["versions"] == []


async def test_with_too_little_text_it_says_so(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as cli:
        await write(cli, 3)
        await cli.ask("learn_now", part="adapter")
        await asyncio.sleep(0.5)
        assert "too little" in (await after_course(cli))["last"]


async def test_a_course_can_be_stopped_within_a_moment(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as cli:
        await write(cli, 20)
        await cli.ask("learn_now", part="adapter")
        await asyncio.sleep(1)
        assert (await cli.ask("learn_status_query"))["course"]
        status = await cli.ask("learn_stop")
        assert status["course"] is None
        assert (await cli.ask("learn_history_query"))["versions"] == []


async def test_the_serving_process_never_loads_torch(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as cli:
        await write(cli, 20)
        await cli.ask("learn_now", part="adapter")
        await asyncio.sleep(5)
        assert (await cli.ask("learn_status_query"))["course"]
        loaded = {file.path for file in psutil.Process(daemon_process.process.pid).memory_maps()}
        assert any("onnxruntime" in path for path in loaded)
        assert not any("torch" in path for path in loaded)


async def test_pausing_outlives_a_restart(tmp_path: Path, shared_cache: Path) -> None:
    with running_daemon(tmp_path, shared_cache) as daemon:
        async with daemon.cli() as cli:
            assert (await cli.ask("learn_pause", paused=True))["paused"]
    with running_daemon(tmp_path, shared_cache) as daemon:
        async with daemon.cli() as cli:
            status = await cli.ask("learn_status_query")
            assert status["paused"]
            assert status["waits_for"] == "you paused it"
            assert not (await cli.ask("learn_pause", paused=False))["paused"]


async def test_there_is_nothing_to_go_back_from(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as cli:
        assert (await cli.ask("learn_rollback"))["code"] == "storage"


async def test_the_playground_hears_nothing_of_it(daemon_process: DaemonProcess) -> None:
    async with daemon_process.playground() as page:
        for question in ("learn_status_query", "learn_now", "learn_history_query"):
            assert (await page.ask(question))["code"] == "refused"


@pytest.mark.skipif(sys.platform != "linux", reason="no other system ends a child with its parent")
async def test_a_course_that_is_held_ends_with_a_daemon_that_is_killed(
    tmp_path: Path, shared_cache: Path
) -> None:
    with running_daemon(tmp_path, shared_cache) as daemon:
        async with daemon.cli() as cli:
            await write(cli, 20)
            await cli.ask("learn_now", part="adapter")
            await asyncio.sleep(2)
            (worker,) = psutil.Process(daemon.process.pid).children()
            await cli.ask("complete", field="f", before="Dear ", explicit=True)
            await asyncio.sleep(0.2)
            assert worker.status() == psutil.STATUS_STOPPED
            daemon.process.kill()
            daemon.process.wait()
    gone, _ = psutil.wait_procs([worker], timeout=10)
    assert gone
