"""Learning, with a real process and a real store: kept or not, killed, stopped, held, forgotten."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pytest
from safetensors.numpy import save_file

from daemon.learning.learning import Learning, LearningError
from daemon.learning.process import LearningProcess
from daemon.protocol.messages import Capture
from daemon.store import Store, StoreError, StoreKey
from daemon.store.personas import DEFAULT
from daemon.store.selection import Which
from daemon.store.versions import State
from daemon.writing import Writing
from plm_engine.adapters.learned import Learned, personal, unpack
from plm_engine.adapters.shared import SHARED_FILE, install_shared, read_shared
from plm_engine.base import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.evaluation.changes import changes
from plm_engine.learning import selection
from plm_engine.learning.job import Done, Failed, Job, Text
from plm_engine.learning.teaching import teach
from plm_engine.runtime.personal import NOTHING_LEARNED
from tests.engine.conftest import tiny, tiny_base

__all__ = ["tiny", "tiny_base"]

KILLS = 4
MANY = 80
"""Texts, enough for a model of random weights to learn something."""


def text(number: int) -> str:
    """Never the same, so that the memory does not know it all, but of few letters only."""
    letters = random.Random(number)
    return "".join(letters.choices("aeiou ", k=48))


@dataclass
class Desk:
    """What the daemon has, without its sockets."""

    store: Store
    writing: Writing
    learning: Learning

    def write(self, count: int) -> list[int]:
        """So many texts by somebody who knows few letters."""
        first = len(self.store.documents)
        return [
            self.writing.keep(
                Capture(
                    site="example.org",
                    kind="textarea",
                    text=text(number),
                    typed_chars=48,
                    pasted_chars=0,
                    draft=f"draft {number}",
                )
            )
            for number in range(first, first + count)
        ]

    def states(self) -> list[str]:
        """Of every version, the oldest first."""
        return [one.state.value for one in reversed(self.store.versions.history(DEFAULT))]


@pytest.fixture
def desk(tmp_path: Path, tiny_base: InstalledBase) -> Iterator[Desk]:
    store = Store.open(tmp_path / "store.db", StoreKey(bytes(32), "file"))
    writing = Writing(store, Vocabulary(tiny_base), tiny_base)
    cache = tiny_base.folder.parents[1]
    yield Desk(store, writing, Learning(store, writing, cache))
    store.close()


@pytest.fixture(autouse=True)
def reads_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model's language is none that anybody could tell."""
    monkeypatch.setattr("daemon.learning.learning.LanguageGuard", _Reader)


class _Reader:
    def knows(self, _text: str) -> bool:
        return True


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - it is a process that changes it
            await asyncio.sleep(0.05)


async def test_it_says_which_texts_are_behind_a_version_and_what_they_changed(desk: Desk) -> None:
    desk.write(MANY)
    outcome = await desk.learning.learn("adapter", DEFAULT)
    current = desk.store.versions.in_use(DEFAULT)
    assert current is not None
    behind = desk.store.documents.behind(outcome.version, 5)
    assert behind.total == len(current.documents)
    numbers = [one.id for one in behind.documents]
    assert numbers == sorted(current.documents, reverse=True)[:5]
    engine = CompletionEngine.open(desk.writing.base)
    known = desk.writing.known(DEFAULT).personal
    texts = [f"{text(number)} {text(number + 1)}" for number in range(MANY, MANY + 5)]
    found = changes(engine, texts, known, 3)
    assert found
    gains = [one.chance_after - one.chance_before for one in found]
    assert gains == sorted(gains, reverse=True)
    assert min(gains) > 0
    assert changes(engine, texts, known, 3, lambda: True) == []


async def test_what_one_persona_learned_is_not_used_where_another_writes(desk: Desk) -> None:
    desk.store.personas.add("work")
    desk.writing.personas_changed()
    home = desk.write(MANY)
    desk.store.personas.use("work")
    desk.writing.personas_changed()
    work = desk.write(MANY)
    assert (await desk.learning.learn("adapter", "work")).kept
    current = desk.store.versions.in_use("work")
    assert current is not None
    assert current.documents
    assert current.documents <= set(work)
    assert not current.documents & set(home)
    assert desk.writing.known("work").personal.adapter
    assert desk.writing.known(DEFAULT).personal is NOTHING_LEARNED
    assert desk.store.versions.history(DEFAULT) == []


async def test_a_version_is_used_if_it_helps(desk: Desk) -> None:
    desk.write(MANY)
    outcome = await desk.learning.learn("adapter", DEFAULT)
    assert outcome.kept, outcome.reason
    assert desk.writing.version(DEFAULT) == outcome.version
    known = desk.writing.known(DEFAULT).personal
    assert known is not NOTHING_LEARNED
    assert known.adapter
    (version,) = desk.store.versions.history(DEFAULT)
    assert version.figures["after"]["bits_per_char"] < version.figures["before"]["bits_per_char"]
    assert version.cpu_seconds > 0


async def test_a_prompt_and_an_adapter_are_learned_on_top_of_each_other(desk: Desk) -> None:
    desk.write(MANY)
    await desk.learning.learn("adapter", DEFAULT)
    desk.write(10)
    outcome = await desk.learning.learn("prompt", DEFAULT)
    versions = desk.store.versions
    if outcome.kept:
        current = versions.in_use(DEFAULT)
        assert current is not None
        learned = unpack(current.learned, desk.writing.base)
        assert learned.tensors
        assert learned.prompt is not None
    assert len(desk.states()) == 2


async def test_too_few_texts_are_no_reason_to_learn(desk: Desk) -> None:
    desk.write(selection.LEAST_TEXTS - 1)
    with pytest.raises(LearningError, match="too little"):
        await desk.learning.learn("adapter", DEFAULT)


async def test_one_course_at_a_time(desk: Desk) -> None:
    desk.write(MANY)
    first = asyncio.create_task(desk.learning.learn("adapter", DEFAULT))
    await asyncio.sleep(0)
    with pytest.raises(LearningError, match="already"):
        await desk.learning.learn("adapter", DEFAULT)
    await desk.learning.stop()
    with pytest.raises(LearningError):
        await first
    assert desk.learning.course is None


async def test_a_process_that_is_killed_at_any_moment_harms_nothing(desk: Desk) -> None:
    desk.write(MANY)
    await desk.learning.learn("adapter", DEFAULT)
    used = desk.writing.version(DEFAULT)
    desk.write(10)
    moments = random.Random("kill")
    for _ in range(KILLS):
        course = asyncio.create_task(desk.learning.learn("adapter", DEFAULT))
        await until(workers)
        await asyncio.sleep(moments.uniform(0, 6))
        for worker in workers():
            worker.kill()
        try:
            await course
        except LearningError as error:
            assert "unexpectedly" in str(error)
            assert desk.writing.version(DEFAULT) == used
        used = desk.writing.version(DEFAULT)
        assert not workers()
        assert desk.states().count(State.IN_USE) == 1


async def test_a_text_deleted_while_it_is_learned_leaves_no_version(desk: Desk) -> None:
    numbers = desk.write(MANY)
    course = asyncio.create_task(desk.learning.learn("adapter", DEFAULT))
    await until(lambda: desk.learning.course and desk.learning.course.stage != "beginning")
    desk.writing.delete(Which(ids=numbers[:1]))
    with pytest.raises(StoreError, match="deleted"):
        await course
    assert desk.states() == []
    assert desk.writing.version(DEFAULT) is None


async def test_deleting_a_text_takes_what_was_learned_from_it_out_of_use(desk: Desk) -> None:
    numbers = desk.write(MANY)
    outcome = await desk.learning.learn("adapter", DEFAULT)
    assert outcome.kept
    desk.writing.delete(Which(ids=numbers[:1]))
    assert desk.writing.known(DEFAULT).personal is NOTHING_LEARNED
    assert desk.states() == [State.RETIRED]


async def test_while_somebody_writes_it_stands_still(desk: Desk) -> None:
    desk.write(MANY)
    course = asyncio.create_task(desk.learning.learn("adapter", DEFAULT))
    await until(lambda: desk.learning.course and desk.learning.course.stage != "beginning")
    desk.learning.hold()
    assert desk.learning.course is not None
    assert desk.learning.course.is_held
    await until(lambda: [one.status() for one in workers()] == [psutil.STATUS_STOPPED])
    desk.learning.go_on()
    assert (await course).version


async def test_a_job_that_makes_no_sense_fails_with_a_line(tiny_base: InstalledBase) -> None:
    texts = [Text(number, text(number)) for number in range(9)]
    job = Job(
        cache=str(tiny_base.folder.parents[1]),
        base="no such base",
        part="adapter",
        texts=texts[:5],
        held_out=texts[5:],
    )
    assert await last_event(job) == Failed("the base model is not installed")


async def test_a_version_of_another_base_is_not_learned_on(tiny_base: InstalledBase) -> None:
    texts = [Text(number, text(number)) for number in range(9)]
    job = Job(
        cache=str(tiny_base.folder.parents[1]),
        base="tiny",
        part="adapter",
        texts=texts[:5],
        held_out=texts[5:],
        current=b"not a version",
    )
    assert isinstance(await last_event(job), Failed)


async def last_event(job: Job) -> object:
    event: object = None
    async with LearningProcess.started(job) as process:
        async for event in process.events():
            assert not isinstance(event, Done)
    return event


def workers() -> list[psutil.Process]:
    """Learning processes that this test has started."""
    return [
        child
        for child in psutil.Process().children()
        if "plm_engine.learning.worker" in " ".join(child.cmdline())
    ]


async def test_a_shared_adapter_speaks_from_the_start_and_is_fused_with_what_is_learned(
    tmp_path: Path, tiny_base: InstalledBase
) -> None:
    others = [Text(number, text(number)) for number in range(1_000, 1_000 + MANY)]
    shared = teach(tiny_base, Learned(tiny_base.digest), "adapter", others)
    folder, file = tmp_path / "adapter", tmp_path / SHARED_FILE
    folder.mkdir()
    rank = min(next(iter(shared.tensors.values())).shape)
    (folder / "adapter_config.json").write_text(json.dumps({"r": rank, "lora_alpha": rank}))
    save_file(dict(shared.tensors), folder / "adapter_model.safetensors")
    install_shared(folder, file, tiny_base)
    store = Store.open(tmp_path / "store.db", StoreKey(bytes(32), "file"))
    writing = Writing(store, Vocabulary(tiny_base), tiny_base, file)
    desk = Desk(store, writing, Learning(store, writing, tiny_base.folder.parents[1]))
    alone = writing.known(DEFAULT).personal.adapter
    assert alone.keys() == personal(shared, tiny_base).adapter.keys()
    desk.write(MANY)
    outcome = await desk.learning.learn("adapter", DEFAULT)
    assert outcome.kept, outcome.reason
    fused = writing.known(DEFAULT).personal.adapter
    current = store.versions.in_use(DEFAULT)
    assert current is not None
    learned = unpack(current.learned, tiny_base)
    expected = personal(learned, tiny_base, read_shared(file, tiny_base)).adapter
    for name, low_rank in fused.items():
        np.testing.assert_array_equal(low_rank.a, expected[name].a)
    store.close()


def test_without_a_usable_shared_adapter_there_is_none(
    tmp_path: Path, tiny_base: InstalledBase
) -> None:
    file = tmp_path / SHARED_FILE
    file.write_bytes(b"no adapter")
    store = Store.open(tmp_path / "store.db", StoreKey(bytes(32), "file"))
    writing = Writing(store, Vocabulary(tiny_base), tiny_base, file)
    assert writing.known(DEFAULT).personal is NOTHING_LEARNED
    assert writing.fusion.shared_file is None
    store.close()
