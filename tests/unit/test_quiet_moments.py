"""What the engine does when nobody waits for a completion: it looks ahead, reads, and forgets."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from daemon.completions import Completions
from daemon.writing import OwnWriting
from tests.unit.scripted_engine import Client, ScriptedEngine, bridge, engine, started

__all__ = ["bridge", "engine"]


async def test_what_would_follow_is_looked_up_once_it_is_quiet(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    engine.go_on.put(None)
    await client.final(client.ask("f", "hello "))
    assert await asyncio.to_thread(engine.ahead.get, timeout=20) == "hello HELLO "
    assert len(engine.threads) == 1


async def test_nobody_waits_for_what_the_engine_does_unasked(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    engine.lingers = True
    engine.go_on.put(None)
    await client.final(client.ask("f", "hello "))
    await asyncio.to_thread(engine.ahead.get, timeout=20)
    engine.go_on.put(None)
    assert (await client.final(client.ask("f", "hello t"))).text == "HELLO T"


async def test_a_suggestion_that_was_typed_past_has_no_sequel(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    for text in ("hello", "hello t", "hello th"):
        engine.go_on.put(None)
        await client.final(client.ask("f", text))
    assert await asyncio.to_thread(engine.ahead.get, timeout=20) == "hello thHELLO TH"
    assert engine.ahead.empty()


async def test_a_preamble_is_read_when_it_is_quiet(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    bridge.prepare(OwnWriting(preamble=(1, 2)))
    bridge.prepare(OwnWriting(preamble=(1, 2, 3)))
    assert await asyncio.to_thread(engine.prepared.get, timeout=20) == ((1, 2, 3), False)
    assert engine.prepared.empty()


async def test_deleted_texts_leave_every_cache(bridge: Completions, engine: ScriptedEngine) -> None:
    bridge.forget_everything()
    await asyncio.to_thread(lambda: bridge._thread.submit(int).result(20))
    assert engine.forgot_everything


async def test_with_another_version_nothing_is_kept_that_was_read_with_the_one_before(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    bridge.begin_anew(OwnWriting(preamble=(1, 2)))
    assert await asyncio.to_thread(engine.prepared.get, timeout=20) == ((1, 2), False)
    assert engine.forgot_everything


async def test_what_was_deleted_meanwhile_is_not_read_again(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    client = Client(bridge, "a")
    client.known = OwnWriting(preamble=(1, 2))
    running, waiting = client.ask("f", "hello "), client.ask("g", "and ")
    await started(engine)
    bridge.forget_everything()
    for asked in (running, waiting):
        engine.go_on.put(None)
        await client.final(asked)
    assert engine.preambles == [(1, 2), ()]
    assert await asyncio.to_thread(engine.ahead.get, timeout=20) == "and AND "
    assert engine.ahead.empty()


async def test_what_is_asked_for_when_it_is_quiet_is_answered(bridge: Completions) -> None:
    assert await bridge.when_quiet("sum", lambda _: 1 + 1) == 2


async def test_it_is_done_again_if_somebody_wrote_meanwhile(
    bridge: Completions, engine: ScriptedEngine
) -> None:
    times: list[bool] = []
    begun = threading.Event()

    def work(is_cancelled: Callable[[], bool]) -> int:
        begun.set()
        while not times and not is_cancelled():
            time.sleep(0.01)
        times.append(is_cancelled())
        return len(times)

    result = bridge.when_quiet("long", work)
    await asyncio.to_thread(begun.wait, 20)
    client = Client(bridge, "a")
    engine.go_on.put(None)
    await client.final(client.ask("f", "hello "))
    assert await result == 2
    assert times == [True, False]


@pytest.mark.parametrize(
    "drop",
    [
        lambda bridge: bridge.when_quiet("it", lambda _: 2),
        lambda bridge: bridge.forget_everything(),
    ],
    ids=["replaced", "what it works on was deleted"],
)
async def test_what_will_not_be_done_is_said_to_be_cancelled(
    bridge: Completions, drop: Callable[[Completions], object]
) -> None:
    result = bridge.when_quiet("it", lambda _: 1)
    drop(bridge)
    with pytest.raises(asyncio.CancelledError):
        await result


async def test_what_fails_is_said_to_be_cancelled(bridge: Completions) -> None:
    def fail(_: object) -> int:
        raise ValueError

    with pytest.raises(asyncio.CancelledError):
        await bridge.when_quiet("it", fail)
