"""Open sessions: what may be asked, what bad input gets, and who hears of changes."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus

from daemon.backing_off import DISMISSALS_IN_A_ROW
from daemon.protocol.messages import MAX_FRAME_BYTES
from tests.daemon_client import FIREFOX_EXTENSION, Client, Json
from tests.daemon_process import DaemonProcess

SITE = "letters.example"
UNREADABLE = {
    "no JSON": "hello",
    "half a message": '{"type":"ping"',
    "an array": "[]",
    "a number": "1",
    "null": "null",
    "no type": '{"id":"1"}',
    "type is a number": '{"type":1}',
    "wrong field type": '{"type":"complete","field":1,"before":"x"}',
    "missing field": '{"type":"complete","field":"f"}',
    "too long before": json.dumps({"type": "complete", "field": "f", "before": "x" * 2001}),
    "negative count": '{"type":"outcome","field":"f","result":"accepted","shown_chars":-1}',
    "infinite time": (
        '{"type":"outcome","field":"f","result":"ignored","shown_chars":1,"ghost_ms":1e999}'
    ),
    "unknown amount": '{"type":"preferences_set","amount":"lavish"}',
    "site with line break": '{"type":"site_set","site":"a.example\\n","capture":true}',
    "upper-case site": '{"type":"site_set","site":"A.example","capture":true}',
    "id beyond JavaScript": '{"type":"captures_query","older_than":9007199254740993}',
    "lone high surrogate": '{"type":"complete","field":"f","before":"a\\ud800b"}',
    "lone low surrogate": '{"type":"complete","field":"f","before":"a\\udc00b"}',
    "deep nesting": '{"type":"ping","x":' + "[" * 50_000 + "]" * 50_000 + "}",
}
TEXTS = {
    "emoji sequence": "Greetings from the whole family 👨‍👩‍👧‍👦🏳️‍🌈 and",
    "right to left": "שלום לכולם, אני כותב",
    "combining": "e\u0301e\u0301e\u0301 naïve",
    "NUL": "before\x00after",
    "controls": "\x01\x02\x1b[31m\x7f",
    "outside the basic plane": "\U0001d525\U0001d522\U0001d529\U0001d529\U0001d52c, this is",
    "private use": "\ue000\ue001\uffff",
    "as long as allowed": "word " * 400,
    "line separators": "a\u2028b\u2029c",
    "only space": "   \t ",
    "empty": "",
}


def said(answer: Json) -> tuple[str, str]:
    return answer["type"], answer.get("code", "")


async def raw(client: Client, frame: str | bytes) -> Json:
    await client.socket.send(frame)
    return await client.receive()


@pytest.mark.parametrize("frame", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_an_unreadable_message_is_an_error_and_the_session_goes_on(
    shared_daemon: DaemonProcess, frame: str
) -> None:
    async with shared_daemon.cli() as client:
        assert said(await raw(client, frame)) == ("error", "malformed")
        assert said(await client.ask("ping")) == ("pong", "")


async def test_a_binary_message_is_an_error(shared_daemon: DaemonProcess) -> None:
    async with shared_daemon.cli() as client:
        assert said(await raw(client, b'{"type":"ping"}')) == ("error", "malformed")


async def test_an_unknown_type_is_named_as_such_with_the_id_of_its_request(
    shared_daemon: DaemonProcess,
) -> None:
    async with shared_daemon.cli() as client:
        assert said(await client.ask("make_coffee")) == ("error", "unknown_type")
        answer = await client.ask("complete", field="f")
        assert said(answer) == ("error", "malformed")


async def test_an_error_never_repeats_what_was_sent(shared_daemon: DaemonProcess) -> None:
    marker = "a-very-private-word"
    async with shared_daemon.cli() as client:
        for frame in (
            marker,
            json.dumps({"type": marker}),
            json.dumps({"type": "site_set", "site": marker + "\n", "capture": True}),
            json.dumps({"type": "captures_query", "older_than": marker}),
        ):
            assert marker not in str(await raw(client, frame))
    assert marker not in shared_daemon.log.read_text()


async def test_unknown_fields_are_ignored(shared_daemon: DaemonProcess) -> None:
    async with shared_daemon.cli() as client:
        assert said(await client.ask("ping", mood="fine")) == ("pong", "")


async def test_an_oversized_message_closes_the_connection(shared_daemon: DaemonProcess) -> None:
    async with shared_daemon.cli() as client:
        with pytest.raises(ConnectionClosed):
            await raw(client, " " * (MAX_FRAME_BYTES + 1))
        assert client.socket.close_code == 1009
    async with shared_daemon.cli() as client:
        assert said(await raw(client, " " * (MAX_FRAME_BYTES - 1))) == ("error", "malformed")


async def test_text_that_is_no_unicode_closes_the_connection(
    shared_daemon: DaemonProcess,
) -> None:
    async with shared_daemon.cli() as client:
        with pytest.raises(ConnectionClosed):
            await client.socket.send(b'{"type":"\xed\xa0\x80"}', text=True)
            await client.receive()
        assert client.socket.close_code == 1007


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_any_text_can_be_completed(shared_daemon: DaemonProcess, text: str) -> None:
    async with shared_daemon.playground() as client:
        answer = await client.ask("complete", field="f", before=text, after=text[:300])
        assert answer["type"] == "suggestion"
        assert bool(answer["text"]) is (answer["suppressed"] is None)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
    | st.fixed_dictionaries(
        {"type": st.sampled_from(["complete", "capture", "outcome", "ping", "hello", "site_set"])},
        optional={
            "id": st.text() | st.integers(),
            "field": st.text(),
            "before": st.text(),
            "site": st.text(),
        },
    )
)
def test_whatever_arrives_is_answered(shared_daemon: DaemonProcess, value: Any) -> None:
    async def exchange() -> None:
        async with shared_daemon.playground() as client:
            await client.socket.send(json.dumps(value))
            await client.send("ping", id="afterwards")
            async with asyncio.timeout(60):
                while (await client.receive())["id"] != "afterwards":
                    pass

    asyncio.run(exchange())


PLAYGROUND_REFUSED: dict[str, Json] = {
    "capture": {"draft": "d", "site": SITE, "kind": "input", "text": "x", "typed_chars": 1},
    "captures_query": {},
    "captures_delete": {"everything": True},
    "sites_query": {},
    "site_set": {"site": SITE, "capture": True},
    "completions_set": {"enabled": False},
    "preferences_query": {},
    "preferences_set": {"amount": "few"},
    "status_query": {},
    "outcome": {"field": "f", "result": "accepted", "shown_chars": 1},
    "outcome_revised": {
        "field": "f",
        "was": "accepted",
        "was_accepted_chars": 1,
        "result": "undone",
        "accepted_chars": 0,
    },
    "pair_begin": {},
    "pairings_query": {},
    "pairing_remove": {"pairing": "cli"},
    "hello": {"pairing": "cli", "nonce": "0" * 64},
    "pair_hello": {"nonce": "0" * 64, "client": "x"},
}


@pytest.mark.parametrize("kind", PLAYGROUND_REFUSED)
async def test_the_playground_completes_and_nothing_else(
    shared_daemon: DaemonProcess, kind: str
) -> None:
    async with shared_daemon.playground() as client:
        assert client.welcome["sites"] == []
        assert said(await client.ask(kind, **PLAYGROUND_REFUSED[kind])) == ("error", "refused")
        answer = await client.ask("complete", field="f", before="It was a pleasure to")
        assert said(answer) == ("suggestion", "")


@pytest.mark.parametrize("kind", ["pair_begin", "pairings_query", "pairing_remove"])
async def test_a_browser_cannot_touch_pairings(shared_daemon: DaemonProcess, kind: str) -> None:
    async with shared_daemon.browser() as client:
        answer = await client.ask(kind, pairing="0")
        assert said(answer) == ("error", "refused")


async def test_playgrounds_are_few_at_a_time(daemon_process: DaemonProcess) -> None:
    async with AsyncExitStack() as open_pages:
        for _ in range(8):
            await open_pages.enter_async_context(daemon_process.playground())
        with pytest.raises(InvalidStatus) as refusal:
            await open_pages.enter_async_context(daemon_process.playground())
        assert refusal.value.response.status_code == 503
    async with daemon_process.playground() as client:
        assert said(await client.ask("ping")) == ("pong", "")


async def test_several_browsers_hear_of_each_others_changes(
    daemon_process: DaemonProcess,
) -> None:
    one_daemon = daemon_process
    firefox = await one_daemon.pair(FIREFOX_EXTENSION)
    async with (
        one_daemon.browser() as one,
        one_daemon.browser(firefox) as two,
        one_daemon.playground() as page,
    ):
        assert (await one.ask("site_set", site=SITE, capture=True))["sites"][0]["site"] == SITE
        assert (await two.push("sites"))["sites"][0]["capture"] is True
        stored = await one.ask(
            "capture", draft="d", site=SITE, kind="input", text="Dear Ann", typed_chars=8
        )
        await two.push("captures_changed")
        found = await two.ask("captures_query", query="Ann")
        assert [one["id"] for one in found["documents"]] == [stored["document"]]
        assert (await two.ask("captures_delete", site=SITE))["count"] == 1
        await one.push("captures_changed")
        await one.push("captures_changed")
        assert (await two.ask("completions_set", enabled=False))["completions"] is False
        assert (await one.push("sites"))["completions"] is True
        assert (await one.push("sites"))["completions"] is False
        assert said(await page.ask("ping")) == ("pong", "")
        assert page.pushes == []


async def test_preferences_are_kept_and_every_browser_hears_of_a_change(
    daemon_process: DaemonProcess,
) -> None:
    def chosen(message: Json) -> tuple[str, str]:
        return message["amount"], message["length"]

    async with daemon_process.browser() as browser, daemon_process.cli() as cli:
        assert chosen(await browser.ask("preferences_query")) == ("balanced", "phrase")
        assert chosen(await cli.ask("preferences_set", amount="many")) == ("many", "phrase")
        assert chosen(await browser.push("preferences")) == ("many", "phrase")
        await browser.ask("preferences_set", length="word")
        assert chosen(await browser.ask("preferences_query")) == ("many", "word")


async def test_suggestions_go_as_far_as_preferred_unless_the_request_says_so(
    daemon_process: DaemonProcess,
) -> None:
    question = {"field": "f", "before": "Monday, Tuesday, Wednesday,", "explicit": True}
    async with daemon_process.cli() as client:
        await client.ask("preferences_set", length="word")
        preferred = await client.ask("complete", **question)
        longer = await client.ask("complete", max_words=3, **question)
    assert len(preferred["text"].split()) == 1
    assert len(longer["text"].split()) > 1


async def test_a_field_where_everything_was_dismissed_is_silent_until_one_is_asked_for(
    daemon_process: DaemonProcess,
) -> None:
    question = {"field": "f", "before": "It was a pleasure to"}
    async with daemon_process.browser() as browser:
        for _ in range(DISMISSALS_IN_A_ROW):
            await browser.send("outcome", field="f", result="dismissed", shown_chars=5)
        answer = await browser.ask("complete", **question)
        assert (answer["text"], answer["suppressed"]) == ("", "backing_off")
        other_field = await browser.ask("complete", **(question | {"field": "g"}))
        assert other_field["suppressed"] != "backing_off"
        explicit = await browser.ask("complete", explicit=True, **question)
        assert explicit["text"]
        await browser.send("outcome", field="f", result="accepted", shown_chars=5)
        assert (await browser.ask("complete", **question))["suppressed"] != "backing_off"
        for _ in range(DISMISSALS_IN_A_ROW):
            await browser.send("outcome", field="f", result="dismissed", shown_chars=5)
        await browser.send("field_closed", field="f")
        assert (await browser.ask("complete", **question))["suppressed"] != "backing_off"


async def test_a_site_that_is_off_stores_nothing(daemon_process: DaemonProcess) -> None:
    async with daemon_process.browser() as browser:
        answer = await browser.ask(
            "capture", draft="d", site=SITE, kind="input", text="Dear Ann", typed_chars=8
        )
        assert answer["document"] is None
        assert answer["refused"]
        assert (await browser.ask("captures_query"))["total"] == 0


@pytest.mark.parametrize(
    "selectors",
    [{}, {"everything": True, "site": SITE}, {"documents": [1], "site": SITE}],
    ids=["none", "all and a site", "ids and a site"],
)
async def test_deleting_takes_exactly_one_selector(
    shared_daemon: DaemonProcess, selectors: Json
) -> None:
    async with shared_daemon.cli() as client:
        assert said(await client.ask("captures_delete", **selectors)) == ("error", "malformed")


async def test_the_global_switch_silences_browsers_only(daemon_process: DaemonProcess) -> None:
    async with daemon_process.browser() as browser, daemon_process.cli() as cli:
        await cli.ask("completions_set", enabled=False)
        answer = await browser.ask("complete", field="f", before="It was a pleasure to")
        assert (answer["text"], answer["suppressed"]) == ("", "completions_off")
        answer = await cli.ask("complete", field="f", before="It was a pleasure to")
        assert answer["suppressed"] != "completions_off"


async def test_a_newer_request_takes_the_place_of_older_ones(
    shared_daemon: DaemonProcess,
) -> None:
    text = "It was a pleasure to meet you at the conference last week and I hope that we can"
    async with shared_daemon.playground() as client:
        asked = [
            await client.send("complete", field="f", before=text[:length])
            for length in range(20, len(text))
        ]
        finals: dict[str, Json] = {}
        while len(finals) < len(asked):
            message = await client.receive()
            assert message["id"] not in finals, "an answer after the last one"
            if message["done"]:
                finals[message["id"]] = message
    assert finals[asked[-1]]["suppressed"] != "cancelled"
    assert [finals[i]["suppressed"] for i in asked[:-1]].count("cancelled") > len(asked) / 2


async def test_outcomes_are_counted(daemon_process: DaemonProcess) -> None:
    async with daemon_process.browser() as browser:
        await browser.ask("complete", field="f", before="It was a pleasure to")
        for result, accepted in (("accepted", 12), ("accepted_word", 4), ("dismissed", 0)):
            await browser.send(
                "outcome",
                field="f",
                result=result,
                shown_chars=12,
                accepted_chars=accepted,
                ghost_ms=40.0,
            )
        status = await browser.ask("status_query")
    counts = {name: status[name] for name in ("shown", "accepted", "dismissed", "chars_saved")}
    assert counts == {"shown": 3, "accepted": 2, "dismissed": 1, "chars_saved": 16}
    assert status["suggestions"] == 1
    assert status["ghost_ms_p50"] == 40.0
    assert status["latency_ms_p95"] > 0
    assert status["rss_mb"] > 0
    assert status["key_protection"] == "file"


async def test_what_is_undone_is_not_counted_any_more(daemon_process: DaemonProcess) -> None:
    steps = [("accepted", 12), ("accepted_word", 5), ("undone", 0), ("accepted", 12)]
    counts = []
    async with daemon_process.browser() as browser:
        await browser.send(
            "outcome", field="f", result="accepted", shown_chars=12, accepted_chars=12
        )
        for (was, were), (result, accepted) in pairwise(steps):
            await browser.send(
                "outcome_revised",
                field="f",
                was=was,
                was_accepted_chars=were,
                result=result,
                accepted_chars=accepted,
            )
            status = await browser.ask("status_query")
            counts.append([status[name] for name in ("shown", "accepted", "chars_saved")])
    assert counts == [[1, 1, 5], [1, 0, 0], [1, 1, 12]]


async def test_a_client_that_asks_without_reading_is_cut_off_and_nobody_else_suffers(
    daemon_process: DaemonProcess,
) -> None:
    ping = json.dumps({"type": "ping", "id": "x" * 64})
    async with daemon_process.cli() as flood, daemon_process.cli() as other:
        flood.socket.transport.pause_reading()
        with pytest.raises(ConnectionClosed):
            async with asyncio.timeout(120):
                while True:
                    await flood.socket.send(ping)
        assert said(await other.ask("ping")) == ("pong", "")
