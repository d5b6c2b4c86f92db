"""Texts that reach the daemon some time after they were written."""

from __future__ import annotations

import asyncio
import datetime

from tests.daemon_client import Client, Json
from tests.daemon_process import DaemonProcess

SITE = "letters.example"
TEXT = "We arrived safely and the garden is full of marigolds."
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


async def deliver(
    client: Client, waited_ms: int = 0, text: str = TEXT, draft: str = "d1", site: str = SITE
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


async def texts(client: Client) -> list[str]:
    return [one["text"] for one in (await client.ask("captures_query"))["documents"]]


async def test_a_text_that_comes_late_and_twice_is_kept_once_and_dated_when_it_was_written(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.browser() as client:
        await client.ask("site_set", site=SITE, capture=True)
        first = await deliver(client, 30 * HOUR_MS)
        assert first["document"] == (await deliver(client, 30 * HOUR_MS))["document"]
        (document,) = (await client.ask("captures_query"))["documents"]
        written = datetime.datetime.fromisoformat(document["created_at"])
        ago = datetime.datetime.now(datetime.UTC) - written
        assert abs(ago - datetime.timedelta(hours=30)) < datetime.timedelta(minutes=5)


async def test_consent_counts_when_a_text_arrives(daemon_process: DaemonProcess) -> None:
    async with daemon_process.browser() as client:
        await client.ask("site_set", site=SITE, capture=True)
        await client.ask("site_set", site=SITE, capture=False)
        assert (await deliver(client, HOUR_MS))["refused"] == "site_off"


async def test_a_text_of_last_week_is_too_late(daemon_process: DaemonProcess) -> None:
    async with daemon_process.browser() as client:
        await client.ask("site_set", site=SITE, capture=True)
        assert (await deliver(client, 7 * DAY_MS - HOUR_MS))["refused"] is None
        assert (await deliver(client, 7 * DAY_MS + HOUR_MS))["refused"] == "too_late"


async def test_deleted_text_does_not_come_back_by_an_answer_that_was_lost(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.browser() as client, daemon_process.cli() as cli:
        await client.ask("site_set", site=SITE, capture=True)
        stored = await deliver(client)
        await asyncio.sleep(0.01)
        await cli.ask("captures_delete", documents=[stored["document"]])
        assert (await deliver(client, HOUR_MS))["refused"] == "deleted"
        assert (await deliver(client, HOUR_MS, TEXT + " More of it."))["refused"] == "deleted"
        assert (await deliver(client, HOUR_MS, draft="d2"))["refused"] is None

        await cli.ask("captures_delete", everything=True)
        assert (await deliver(client, HOUR_MS, draft="d3"))["refused"] == "deleted"
        assert await texts(client) == []
        assert (await deliver(client, draft="d4"))["refused"] is None
        assert await texts(client) == [TEXT]
