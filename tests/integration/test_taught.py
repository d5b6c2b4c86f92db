"""What the user writes for PLM, and what PLM says it learned from whom."""

from __future__ import annotations

from tests.daemon_process import DaemonProcess

TAUGHT = "Kind regards from the lighthouse of Bluebird Marzipan"


async def test_what_is_taught_is_known_at_once_and_reviewed_like_everything(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.cli() as cli:
        answer = await cli.ask("teach", text=f"  {TAUGHT}  ")
        (document,) = (await cli.ask("captures_query"))["documents"]
        assert document["id"] == answer["document"]
        assert document["text"] == TAUGHT
        begun = TAUGHT.removesuffix("arzipan")
        suggestion = await cli.ask("complete", field="f", before=begun, explicit=True)
        assert suggestion["text"].startswith("arzipan")
        assert (await cli.ask("captures_delete", site="taught"))["count"] == 1


async def test_what_must_not_be_kept_is_not_taught_either(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as cli:
        answer = await cli.ask("teach", text="4111 1111 1111 1111")
        assert answer["refused"] == "card_number"
        assert (await cli.ask("teach", text="  a "))["refused"] == "too_short"
        assert (await cli.ask("captures_query"))["total"] == 0


async def test_what_is_taught_to_one_persona_is_its_own(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as cli:
        await cli.ask("persona_add", name="work")
        await cli.ask("teach", text=TAUGHT, persona="work")
        assert (await cli.ask("captures_query", persona="work"))["total"] == 1
        assert (await cli.ask("captures_query", persona="default"))["total"] == 0


async def test_without_a_version_nothing_is_behind_it_and_nothing_is_changed(
    daemon_process: DaemonProcess,
) -> None:
    async with daemon_process.cli() as cli:
        await cli.ask("teach", text=TAUGHT)
        assert (await cli.ask("version_documents_query", version=1))["documents"] == []
        assert (await cli.ask("changes_query"))["changes"] == []


async def test_quiet_hours_outlive_the_session(daemon_process: DaemonProcess) -> None:
    async with daemon_process.cli() as cli:
        await cli.ask("learn_quiet_hours", hours={"start": 22, "end": 7})
    async with daemon_process.cli() as cli:
        status = await cli.ask("learn_status_query")
        assert status["quiet_hours"] == {"start": 22, "end": 7}
        assert (await cli.ask("learn_quiet_hours", hours=None))["quiet_hours"] is None
