"""The bridge between many sessions and the engine's one thread.

A scripted engine stands in for the model: what is tested here is who gets the thread when, and
each test decides when a completion ends.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable

import pytest

from daemon import completions as module
from daemon.completions import Completions
from daemon.preferences import Preferred
from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import Complete, Error, Message, Suggestion
from daemon.writing import NOTHING_KNOWN, OwnWriting
from plm_engine.completion.presets import MAX_WORDS, THRESHOLDS, Amount, Length
from plm_engine.completion.types import CompletionRequest, IsCancelled, OnUpdate, Suppression
from plm_engine.completion.types import Suggestion as Continuation
from plm_engine.runtime.personal import Personal


class ScriptedEngine:
    """Continues a text with its own upper case once the test lets it, or when cancelled."""

    name = "scripted"

    def __init__(self) -> None:
        self.started: queue.Queue[str] = queue.Queue()
        self.preambles: list[tuple[int, ...]] = []
        self.limits: list[tuple[float, int]] = []
        self.go_on: queue.Queue[None] = queue.Queue()
        self.forgotten: list[str] = []
        self.threads: set[int] = set()
        self.forgot_everything = False
        self.ahead: queue.Queue[str] = queue.Queue()
        self.lingers = False
        self.prepared: queue.Queue[tuple[tuple[int, ...], bool]] = queue.Queue()

    def complete(
        self, request: CompletionRequest, on_update: OnUpdate, is_cancelled: IsCancelled
    ) -> Continuation:
        self.threads.add(threading.get_ident())
        self.preambles.append(request.preamble)
        self.limits.append((request.threshold, request.max_words))
        self.started.put(request.before)
        on_update(Continuation(text=request.before[:1].upper(), confidence=0.5))
        while not is_cancelled():
            try:
                self.go_on.get(timeout=0.005)
                break
            except queue.Empty:
                continue
        if request.before == "fail":
            raise ValueError("a message with the user's words")
        if is_cancelled():
            return Continuation(suppressed=Suppression.CANCELLED)
        return Continuation(text=request.before.upper(), confidence=0.5, tokens=3)

    def forget_field(self, name: str) -> None:
        self.threads.add(threading.get_ident())
        self.forgotten.append(name)

    def look_ahead(
        self, request: CompletionRequest, accepted: str, is_cancelled: IsCancelled
    ) -> None:
        self.threads.add(threading.get_ident())
        self.ahead.put(request.before + accepted)
        while self.lingers and not is_cancelled():
            time.sleep(0.005)

    def prepare(
        self, preamble: tuple[int, ...], personal: Personal, is_cancelled: IsCancelled
    ) -> None:
        self.threads.add(threading.get_ident())
        self.prepared.put((preamble, is_cancelled()))

    def forget_everything(self) -> None:
        self.threads.add(threading.get_ident())
        self.forgot_everything = True


class Client:
    """One session's end: what was posted to it."""

    def __init__(self, bridge: Completions, name: str) -> None:
        self.bridge = bridge
        self.name = name
        self.preferred = Preferred()
        self.known = NOTHING_KNOWN
        self.posted: list[Message] = []
        self._asked = 0
        self._news = asyncio.Event()

    def post(self, message: Message) -> None:
        self.posted.append(message)
        self._news.set()

    def ask(self, field: str, before: str) -> str:
        self._asked += 1
        request_id = f"{self.name}{self._asked}"
        request = Complete(id=request_id, field=field, before=before)
        self.bridge.submit(self.name, request, self.post, self.preferred, self.known)
        return request_id

    def finals(self) -> dict[str, Suggestion]:
        return {m.id: m for m in self.posted if isinstance(m, Suggestion) and m.done}

    async def final(self, request_id: str) -> Suggestion:
        async with asyncio.timeout(20):
            while request_id not in self.finals():
                self._news.clear()
                await self._news.wait()
        return self.finals()[request_id]


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
async def bridge(engine: ScriptedEngine) -> AsyncIterator[Completions]:
    bridge = Completions(engine)
    yield bridge
    await bridge.close()


async def started(engine: ScriptedEngine) -> str:
    return await asyncio.to_thread(engine.started.get, timeout=20)


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
