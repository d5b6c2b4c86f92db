"""Texts that reach the daemon some time after they were written."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from plm_engine.base import InstalledBase
from tests.daemon_client import Client, Json
from tests.daemon_process import DaemonProcess, running_daemon

TEXT = "We arrived safely and the garden is full of marigolds."
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@pytest.fixture(scope="module")
def late(
    tmp_path_factory: pytest.TempPathFactory, base: InstalledBase, shared_cache: Path
) -> Iterator[DaemonProcess]:
    """The daemon that they reach."""
    with running_daemon(tmp_path_factory.mktemp("late"), shared_cache) as process:
        yield process


async def deliver(
    client: Client, site: str, waited_ms: int = 0, text: str = TEXT, draft: str = "d1"
) -> Json:
    return await client.ask(
        "capture",
        draft=draft,
        site=site,
        kind="textarea",
        text=text,
        typed_chars=len(text),
        waited_ms=waited_ms,
    )


async def kept(client: Client, site: str) -> list[Json]:
    return list((await client.ask("captures_query", site=site))["documents"])


async def test_a_text_that_comes_late_and_twice_is_kept_once_and_dated_when_it_was_written(
    late: DaemonProcess,
) -> None:
    site = "dated.example"
    async with late.browser() as client:
        await client.ask("site_set", site=site, capture=True)
        first = await deliver(client, site, 30 * HOUR_MS)
        assert first["document"] == (await deliver(client, site, 30 * HOUR_MS))["document"]
        (document,) = await kept(client, site)
        written = datetime.datetime.fromisoformat(document["created_at"])
        ago = datetime.datetime.now(datetime.UTC) - written
        assert abs(ago - datetime.timedelta(hours=30)) < datetime.timedelta(minutes=5)


async def test_consent_counts_when_a_text_arrives(late: DaemonProcess) -> None:
    site = "consent.example"
    async with late.browser() as client:
        await client.ask("site_set", site=site, capture=True)
        await client.ask("site_set", site=site, capture=False)
        assert (await deliver(client, site, HOUR_MS))["refused"] == "site_off"


async def test_a_text_of_last_week_is_too_late(late: DaemonProcess) -> None:
    site = "week.example"
    async with late.browser() as client:
        await client.ask("site_set", site=site, capture=True)
        assert (await deliver(client, site, 7 * DAY_MS - HOUR_MS))["refused"] is None
        assert (await deliver(client, site, 7 * DAY_MS + HOUR_MS))["refused"] == "too_late"


async def test_deleted_text_does_not_come_back_by_an_answer_that_was_lost(
    late: DaemonProcess,
) -> None:
    site = "deleted.example"
    async with late.browser() as client, late.cli() as cli:
        await client.ask("site_set", site=site, capture=True)
        stored = await deliver(client, site)
        await asyncio.sleep(0.01)
        await cli.ask("captures_delete", documents=[stored["document"]])
        assert (await deliver(client, site, HOUR_MS))["refused"] == "deleted"
        assert (await deliver(client, site, HOUR_MS, TEXT + " More of it."))["refused"] == "deleted"
        assert (await deliver(client, site, HOUR_MS, draft="d2"))["refused"] is None

        await cli.ask("captures_delete", site=site)
        assert (await deliver(client, site, HOUR_MS, draft="d3"))["refused"] == "deleted"
        assert await kept(client, site) == []
        assert (await deliver(client, site, draft="d4"))["refused"] is None
        assert [one["text"] for one in await kept(client, site)] == [TEXT]
