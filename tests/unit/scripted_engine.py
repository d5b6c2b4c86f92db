"""An engine that stands in for the model, and the bridge to it: each test decides when a completion
ends."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator

import pytest

from daemon.completions import Completions
from daemon.preferences import Preferred
from daemon.protocol.messages import Complete, Message, Suggestion
from daemon.writing import NOTHING_KNOWN
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
