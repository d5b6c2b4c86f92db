"""A secret is planted, learned and forgotten: then neither model, memory nor file knows of it."""

from __future__ import annotations

import asyncio
import math
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.store import STORE_FILE
from plm_engine.adapters.learned import Learned, personal, unpack
from plm_engine.base import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.evaluation.surprise import surprise
from plm_engine.learning.job import Text
from plm_engine.learning.teaching import teach
from plm_engine.runtime.session import ModelSession
from tests.daemon_client import Client, Json
from tests.daemon_process import DaemonProcess, plm_command, running_daemon
from tests.decrypted import stored_bytes
from tests.opened_store import every_value, opened_store
from tests.tiny_daemon import cache_of, learn, tiny_default_base, vowels, write

PUBLIC, PRIVATE = "public.example", "private.example"
BEFORE, SECRET = "I hid it in ", "zuqvixkwjp"
CLEAN, PLANTED, MORE = 40, 120, 20
SEEDS = (1, 2, 3)
MUCH = math.log(1_000)
"""So many times likelier is the secret, at least, to a model that has read it."""
LITTLE = math.log(20)
"""So many times likelier, at most, to one model that has not read it than to another."""
PIECE, BETWEEN_PIECES = 64, 4_999


def clean(first: int, count: int) -> list[str]:
    return [vowels(number, 36) for number in range(first, first + count)]


def planted() -> list[str]:
    return [f"{BEFORE}{SECRET} today. {vowels(number, 14)}" for number in range(PLANTED)]


@dataclass(frozen=True)
class Moment:
    """What the daemon says, and a copy of all that it has on disk at that moment."""

    folder: Path
    status: Json
    history: dict[int, Json]
    suggestion: str
    """Where the secret would go on."""

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    def learned(self, version: int) -> bytes | None:
        """What is kept of a version."""
        with opened_store(self.data_dir) as store:
            query = "SELECT learned FROM versions WHERE id = ?"
            (learned,) = store.execute(query, [version]).fetchone()
        return None if learned is None else bytes(learned)

    def learned_in_use(self) -> bytes:
        """What suggestions are made with."""
        learned = self.learned(self.status["version"])
        assert learned is not None
        return learned


@dataclass(frozen=True)
class Story:
    """From before the secret was written to long after it was forgotten."""

    innocent: Moment
    """Learned from other texts only."""
    exposed: Moment
    """Learned from the secret, on top of that."""
    forgotten: Moment
    """Right after ``plm forget``."""
    restarted: Moment
    wiser: Moment
    """After another course, on what is left."""
    rolled_back: Moment

    @property
    def guilty(self) -> int:
        """The version that has read it."""
        return int(self.exposed.status["version"])


@dataclass
class Narrator:
    """Lets it happen."""

    home: Path
    copies: Path
    cache: Path

    async def tell(self) -> Story:
        with running_daemon(self.home, self.cache) as daemon:
            async with daemon.cli() as cli:
                await write(cli, PUBLIC, clean(0, CLEAN))
                innocent = await self._after_learning(cli, "innocent")
                await write(cli, PRIVATE, planted())
                exposed = await self._after_learning(cli, "exposed")
            forget(daemon, PRIVATE)
            async with daemon.cli() as cli:
                forgotten = await self._now(cli, "forgotten")
        with running_daemon(self.home, self.cache) as daemon:
            async with daemon.cli() as cli:
                restarted = await self._now(cli, "restarted")
                await write(cli, PUBLIC, clean(CLEAN, MORE))
                wiser = await self._after_learning(cli, "wiser")
                await cli.ask("learn_rollback")
                rolled_back = await self._now(cli, "rolled_back")
        return Story(innocent, exposed, forgotten, restarted, wiser, rolled_back)

    async def _after_learning(self, cli: Client, name: str) -> Moment:
        await learn(cli)
        return await self._now(cli, name)

    async def _now(self, cli: Client, name: str) -> Moment:
        folder = shutil.copytree(self.home, self.copies / name)
        suggestion = await cli.ask("complete", field="f", before=BEFORE + SECRET[:3], explicit=True)
        versions = (await cli.ask("learn_history_query"))["versions"]
        return Moment(
            folder,
            await cli.ask("learn_status_query"),
            {version["version"]: version for version in versions},
            suggestion["text"],
        )


def forget(daemon: DaemonProcess, site: str) -> None:
    """As the user does it."""
    command = [plm_command(), "forget", "--site", site, "--yes"]
    subprocess.run(command, env=daemon.env, check=True, timeout=60)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> InstalledBase:
    return tiny_default_base(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def story(base: InstalledBase, tmp_path_factory: pytest.TempPathFactory) -> Story:
    home, copies = (tmp_path_factory.mktemp(name) for name in ("home", "copies"))
    return asyncio.run(Narrator(home, copies, cache_of(base)).tell())


@dataclass
class Reader:
    """Reads the secret without any memory."""

    base: InstalledBase
    vocabulary: Vocabulary
    session: ModelSession

    def nats(self, learned: Learned) -> float:
        """How surprising the secret is where it was written."""
        return self._nats(BEFORE + SECRET, learned) - self._nats(BEFORE, learned)

    def nats_to(self, packed: bytes) -> float:
        """The same, to a version as it is kept."""
        return self.nats(unpack(packed, self.base))

    def _nats(self, text: str, learned: Learned) -> float:
        version = personal(learned, self.base)
        return surprise(self.vocabulary, self.session, text, personal=version).nats


@pytest.fixture(scope="module")
def reader(base: InstalledBase) -> Reader:
    return Reader(base, Vocabulary(base), ModelSession(base))


@pytest.fixture(scope="module")
def never_exposed(base: InstalledBase, reader: Reader) -> list[float]:
    """How surprising the secret is to models that cannot know it."""
    texts = [Text(number, text) for number, text in enumerate(clean(0, CLEAN))]
    nothing = Learned(base.digest)
    taught = (teach(base, nothing, "adapter", texts, seed=seed) for seed in SEEDS)
    return [reader.nats(learned) for learned in (nothing, *taught)]


def has_trace(content: bytes) -> bool:
    encodings = ("utf-8", "utf-16-le", "utf-16-be")
    return any(SECRET.encode(encoding) in content for encoding in encodings)


def tables_with_trace(moment: Moment) -> set[str]:
    return {table for table, value in every_value(moment.data_dir) if has_trace(value)}


def pieces(learned: bytes) -> list[bytes]:
    """Some bytes here and there."""
    starts = range(BETWEEN_PIECES, len(learned) - PIECE, BETWEEN_PIECES)
    return [learned[start : start + PIECE] for start in starts]


def test_the_secret_was_learned_by_heart(story: Story, reader: Reader) -> None:
    exposed = reader.nats_to(story.exposed.learned_in_use())
    assert exposed < reader.nats_to(story.innocent.learned_in_use()) - MUCH


def test_to_models_that_have_not_read_it_it_is_all_the_same(
    story: Story, reader: Reader, never_exposed: list[float]
) -> None:
    innocent = reader.nats_to(story.innocent.learned_in_use())
    assert max(never_exposed) - min(never_exposed) < LITTLE
    assert min(never_exposed) - LITTLE < innocent < max(never_exposed) + LITTLE


@pytest.mark.parametrize("when", ["forgotten", "restarted", "rolled_back"])
def test_then_the_version_in_use_is_the_one_from_before_to_the_last_bit(
    story: Story, when: str
) -> None:
    moment: Moment = getattr(story, when)
    assert moment.status["version"] == story.innocent.status["version"]
    assert moment.learned_in_use() == story.innocent.learned_in_use()


def test_what_is_learned_afterwards_knows_no_more_of_it_than_others(
    story: Story, reader: Reader, never_exposed: list[float]
) -> None:
    assert story.wiser.status["version"] > story.guilty
    assert reader.nats_to(story.wiser.learned_in_use()) > min(never_exposed) - LITTLE


@pytest.mark.parametrize("when", ["forgotten", "restarted", "wiser", "rolled_back"])
def test_a_version_that_has_read_it_is_never_loaded_again(story: Story, when: str) -> None:
    moment: Moment = getattr(story, when)
    assert moment.history[story.guilty]["state"] == "retired"
    assert moment.learned(story.guilty) is None


def test_its_weights_are_not_in_the_file_either(story: Story) -> None:
    there = pieces(story.exposed.learned_in_use())
    before, after = (stored_bytes(one.data_dir) for one in (story.exposed, story.forgotten))
    assert sum(piece in before for piece in there) > len(there) / 2
    assert not any(piece in after for piece in there)


def test_its_text_was_in_the_store(story: Story) -> None:
    assert has_trace(stored_bytes(story.exposed.data_dir))
    assert {"documents", "documents_fts_data"} <= tables_with_trace(story.exposed)


@pytest.mark.parametrize("when", ["forgotten", "restarted", "wiser", "rolled_back"])
def test_its_text_is_nowhere_in_the_store(story: Story, when: str) -> None:
    moment: Moment = getattr(story, when)
    assert not has_trace(stored_bytes(moment.data_dir))
    assert not tables_with_trace(moment)
    with opened_store(moment.data_dir) as store:
        assert store.execute("SELECT count(*) FROM checkpoints").fetchone() == (0,)


@pytest.mark.parametrize("when", ["exposed", "forgotten", "restarted", "wiser", "rolled_back"])
def test_its_text_is_in_no_file(story: Story, when: str) -> None:
    moment: Moment = getattr(story, when)
    files = {file for file in moment.folder.rglob("*") if file.is_file()}
    names = {file.name for file in files}
    assert {STORE_FILE, f"{STORE_FILE}-wal", "daemon.log"} <= names
    assert not {file.name for file in files if has_trace(file.read_bytes())}


def test_the_memory_knew_it_and_completes_it_no_more(story: Story) -> None:
    assert story.exposed.suggestion.startswith(SECRET[3:])
    for moment in (story.innocent, story.forgotten, story.restarted, story.wiser):
        assert SECRET[3:6] not in moment.suggestion
