"""What is said to one side of a person is never said on another: with the real model."""

from __future__ import annotations

import secrets
from typing import Any

from tests.daemon_client import Client
from tests.daemon_process import DaemonProcess

WORK, HOME = "mail.work.example", "letters.example"
CANARY = "The secret of the merger is called Bluebird Marzipan Lantern"
BEGUN = "The secret of the merger is called Bluebird M"
TIMES = 6


async def write(client: Client, site: str, text: str) -> None:
    await client.ask("site_set", site=site, capture=True)
    answer = await client.ask(
        "capture",
        draft=secrets.token_hex(8),
        site=site,
        kind="textarea",
        text=text,
        typed_chars=len(text),
    )
    assert answer["document"]


async def suggested(client: Client, site: str, field: str = "") -> tuple[str, float]:
    """What is suggested after the canary's beginning, however unsure."""
    answer: dict[str, Any] = await client.ask(
        "complete", field=field or secrets.token_hex(8), before=BEGUN, site=site, explicit=True
    )
    return answer["text"], answer["confidence"]


async def plant(client: Client) -> None:
    """The canary is known at work."""
    await client.ask("persona_add", name="work")
    await client.ask("persona_assign", site=WORK, name="work")
    for number in range(TIMES):
        await write(client, WORK, f"{CANARY}. Note {number}.")


async def test_a_canary_of_one_persona_gains_nothing_where_another_writes(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.cli() as cli:
        unknown = await suggested(cli, HOME)
        await plant(cli)
        text, confidence = await suggested(cli, WORK)
        assert text.startswith("arzipan")
        assert confidence > unknown[1]
        assert await suggested(cli, HOME) == unknown


async def test_in_one_field_the_wall_stands_when_another_persona_takes_over(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.cli() as cli:
        unknown = await suggested(cli, HOME)
        await plant(cli)
        await cli.ask("persona_use", name="work")
        text, _ = await suggested(cli, HOME, field="one")
        assert text.startswith("arzipan")
        await cli.ask("persona_use", name="default")
        assert await suggested(cli, HOME, field="one") == unknown


async def test_a_field_that_names_another_site_gets_only_what_is_known_there(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.cli() as cli:
        unknown = await suggested(cli, HOME)
        await plant(cli)
        await suggested(cli, WORK, field="one")
        assert await suggested(cli, HOME, field="one") == unknown


async def test_after_a_persona_is_removed_nobody_knows_what_it_wrote(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.cli() as cli:
        unknown = await suggested(cli, WORK)
        await plant(cli)
        answer = await cli.ask("persona_remove", name="work")
        assert [one["name"] for one in answer["personas"]] == ["default"]
        assert await suggested(cli, WORK) == unknown
        assert (await cli.ask("captures_query"))["total"] == 0


async def test_what_cannot_be_done_is_refused_in_words(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as cli:
        await cli.send("persona_use", name="nobody")
        answer = await cli.receive()
        assert answer["type"] == "error"
        assert answer["message"] == "There is no persona of this name."
        await cli.send("teach", text="Dear Ann, thank you", persona="nobody")
        assert (await cli.receive())["message"] == "There is no persona of this name."
        await cli.send("persona_add", name=" two\nlines ")
        assert (await cli.receive())["code"] == "malformed"


async def test_a_text_can_be_brought_for_one_persona_and_for_another(
    daemon_process: DaemonProcess,
) -> None:
    text = {"draft": "import-1", "site": "import", "kind": "note", "text": f"{CANARY}."}
    async with daemon_process.cli() as cli:
        await cli.ask("persona_add", name="work")
        for persona in ("default", "work", "work"):
            await cli.ask("import_texts", texts=[text], persona=persona)
        for persona in ("default", "work"):
            assert (await cli.ask("captures_query", persona=persona))["total"] == 1


async def test_a_push_carries_no_other_clients_number(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as one, daemon_process.cli() as other:
        await one.ask("persona_add", name="work")
        assert [two["name"] for two in (await other.push("personas"))["personas"]][-1] == "work"
