"""The bridge between many sessions and the engine's one thread: who gets the thread when."""

from __future__ import annotations

import threading

import pytest

from daemon import completions as module
from daemon.completions import Completions
from daemon.preferences import Preferred
from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import Error, Suggestion
from plm_engine.completion.presets import MAX_WORDS, THRESHOLDS, Amount, Length
from tests.unit.scripted_engine import Client, ScriptedEngine, bridge, engine, started

__all__ = ["bridge", "engine"]


async def test_updates_come_before_the_one_answer_that_is_done(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    engine.go_on.put(None)
    asked = client.ask("f", "hello")
    await client.final(asked)
    told = [(m.text, m.done, m.id) for m in client.posted if isinstance(m, Suggestion)]
    assert told == [("H", False, asked), ("HELLO", True, asked)]


async def test_a_newer_request_cancels_the_running_one_of_its_field(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    old = client.ask("f", "old")
    assert await started(engine) == "old"
    new = client.ask("f", "new")
    assert await started(engine) == "new"
    engine.go_on.put(None)
    assert (await client.final(new)).text == "NEW"
    assert (await client.final(old)).suppressed == "cancelled"


async def test_a_newer_request_replaces_the_waiting_one_and_keeps_its_turn(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    running = client.ask("running", "r")
    await started(engine)
    first, other, newest = client.ask("f", "1"), client.ask("g", "2"), client.ask("f", "3")
    assert client.finals()[first].suppressed == "cancelled"
    order = []
    for _ in range(2):
        engine.go_on.put(None)
        order.append(await started(engine))
    engine.go_on.put(None)
    await client.final(other)
    assert order == ["3", "2"]
    assert {(await client.final(i)).text for i in (running, newest, other)} == {"R", "3", "2"}


async def test_a_fast_typist_does_not_starve_another_session(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    fast, slow = Client(bridge, "fast"), Client(bridge, "slow")
    fast.ask("f", "a")
    await started(engine)
    waiting = slow.ask("f", "patience")
    for letter in "bcdefgh":
        fast.ask("f", letter)
    assert await started(engine) == "patience"
    engine.go_on.put(None)
    assert (await slow.final(waiting)).text == "PATIENCE"


async def test_the_same_field_name_in_two_sessions_is_two_fields(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    one, two = Client(bridge, "one"), Client(bridge, "two")
    first, second = one.ask("f", "x"), two.ask("f", "y")
    engine.go_on.put(None)
    engine.go_on.put(None)
    assert (await one.final(first)).text == "X"
    assert (await two.final(second)).text == "Y"


async def test_cancelling_ends_the_running_and_the_waiting_request(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    running, waiting = client.ask("f", "x"), client.ask("g", "y")
    await started(engine)
    bridge.cancel("a", "g")
    bridge.cancel("a", "f")
    bridge.cancel("a", "never asked")
    assert (await client.final(running)).suppressed == "cancelled"
    assert (await client.final(waiting)).suppressed == "cancelled"
    assert engine.started.empty()


async def test_more_waiting_fields_than_there_is_room_for_are_told_to_try_again(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    client.ask("running", "r")
    await started(engine)
    for number in range(module.MAX_WAITING_FIELDS):
        Client(bridge, f"s{number}").ask("f", "x")
    with pytest.raises(ProtocolError) as error:
        client.ask("one too many", "x")
    assert error.value.code == "busy"
    Client(bridge, "s0").ask("f", "a waiting field may still be replaced")


async def test_a_closed_session_is_forgotten_field_by_field(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client, other = Client(bridge, "a"), Client(bridge, "b")
    engine.go_on.put(None)
    engine.go_on.put(None)
    await client.final(client.ask("f", "x"))
    await client.final(client.ask("g", "x"))
    kept = other.ask("f", "x")
    bridge.forget_session("a")
    engine.go_on.put(None)
    await other.final(kept)
    await bridge.close()
    assert engine.forgotten == ["a/f", "a/g"]


async def test_a_session_that_opens_field_after_field_gives_up_its_oldest(
    bridge: Completions, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_FIELDS_PER_SESSION", 2)
    client = Client(bridge, "a")
    for field in ("f", "g", "f", "h"):
        engine.go_on.put(None)
        await client.final(client.ask(field, "x"))
    await bridge.close()
    assert engine.forgotten == ["a/g"]


async def test_a_failing_completion_is_an_error_without_its_text_and_the_next_one_works(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    failing, fine = client.ask("f", "fail"), client.ask("g", "x")
    engine.go_on.put(None)
    engine.go_on.put(None)
    await client.final(fine)
    errors = [m for m in client.posted if isinstance(m, Error)]
    assert [(e.id, e.code) for e in errors] == [(failing, "internal")]
    assert "words" not in errors[0].message


async def test_the_engine_is_only_ever_touched_by_one_thread(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    for number in range(5):
        client.ask(f"f{number}", "x")
        engine.go_on.put(None)
    bridge.forget_field("a", "f0")
    await client.final("a5")
    await bridge.close()
    assert engine.forgot_everything
    assert len(engine.threads) == 1
    assert threading.get_ident() not in engine.threads


async def test_closing_answers_everybody(bridge: Completions, engine: ScriptedEngine) -> None:
    client = Client(bridge, "a")
    asked = [client.ask("f", "x"), client.ask("g", "y")]
    await started(engine)
    await bridge.close()
    assert {client.finals()[i].suppressed for i in asked} == {"cancelled"}
    with pytest.raises(ProtocolError):
        client.ask("f", "z")


async def test_the_engine_is_as_sure_and_goes_as_far_as_the_user_prefers(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    for preferred in (Preferred(), Preferred(amount=Amount.FEW, length=Length.WORD)):
        client.preferred = preferred
        engine.go_on.put(None)
        await client.final(client.ask("f", "x"))
    balanced, few = THRESHOLDS[Amount.BALANCED], THRESHOLDS[Amount.FEW]
    phrase, word = MAX_WORDS[Length.PHRASE], MAX_WORDS[Length.WORD]
    assert engine.limits == [(balanced, phrase), (few, word)]


async def test_only_finished_completions_are_counted(engine: ScriptedEngine) -> None:
    counted: list[None] = []
    bridge = Completions(engine, on_finished=lambda: counted.append(None))
    client = Client(bridge, "a")
    assert bridge.latencies.within(0.5) is None
    cancelled = client.ask("f", "x")
    await started(engine)
    bridge.cancel("a", "f")
    await client.final(cancelled)
    assert bridge.latencies.within(0.5) is None
    engine.go_on.put(None)
    finished = await client.final(client.ask("f", "x"))
    assert bridge.latencies.within(0.5) == pytest.approx(finished.ms, abs=0.01)
    assert len(counted) == 1
    await bridge.close()
