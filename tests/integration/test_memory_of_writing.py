"""What was captured is known at once, by who may know it, and forgotten at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plm_engine.base import InstalledBase
from tests.daemon_client import Client
from tests.daemon_process import DaemonProcess, running_daemon
from tests.letters import SITE

SENTENCES = (
    "We called the new pump the Xyloquent Nine.",
    "Yesterday the Xyloquent Nine arrived in two boxes.",
    "Please order a filter for the Xyloquent Nine.",
)
BEFORE = "Has anybody switched on the Xylo"
REST = "quent Nine"


async def write(client: Client) -> list[int]:
    await client.ask("site_set", site=SITE, capture=True)
    numbers = []
    for place, text in enumerate(SENTENCES):
        answer = await client.ask(
            "capture",
            draft=f"d{place}",
            site=SITE,
            kind="textarea",
            text=text,
            typed_chars=len(text),
        )
        numbers.append(answer["document"])
    return numbers


async def suggestion(client: Client) -> str:
    answer = await client.ask("complete", field="f", before=BEFORE)
    return str(answer["text"])


async def test_a_name_that_was_written_before_is_suggested(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as cli:
        assert not (await suggestion(cli)).startswith(REST)
        await write(cli)
        assert (await suggestion(cli)).startswith(REST)


async def test_the_playground_does_not_tell(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as cli, daemon_process.playground() as page:
        before = await suggestion(page)
        await write(cli)
        assert await suggestion(page) == before
        assert not before.startswith(REST)


@pytest.mark.parametrize("way", ["by number", "by site", "everything"])
async def test_what_is_deleted_is_forgotten_at_once(
    daemon_process: DaemonProcess, way: str
) -> None:
    async with daemon_process.cli() as cli:
        before = await suggestion(cli)
        numbers = await write(cli)
        selectors: dict[str, dict[str, Any]] = {
            "by number": {"documents": numbers},
            "by site": {"site": SITE},
            "everything": {"everything": True},
        }
        await cli.ask("captures_delete", **selectors[way])
        assert await suggestion(cli) == before


async def test_it_is_still_known_after_a_restart(
    tmp_path: Path, shared_cache: Path, base: InstalledBase
) -> None:
    with running_daemon(tmp_path, shared_cache) as daemon:
        async with daemon.cli() as cli:
            await write(cli)
    with running_daemon(tmp_path, shared_cache) as daemon:
        async with daemon.cli() as cli:
            assert (await suggestion(cli)).startswith(REST)


async def test_it_tells_which_phrases_it_knows_and_forgets_them_too(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.cli() as cli:
        assert (await cli.ask("habits_query"))["phrases"] == []
        await write(cli)
        phrases = (await cli.ask("habits_query"))["phrases"]
        assert any("Xyl" in phrase["text"] and phrase["times"] >= 2 for phrase in phrases)
        await cli.ask("captures_delete", everything=True)
        assert (await cli.ask("habits_query"))["phrases"] == []
