"""The sides of a person, and the wall between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.protocol.messages import Capture, CapturesQuery
from daemon.store import Store, StoreKey
from daemon.store.personas import DEFAULT, MOST, PersonaError
from daemon.store.selection import Which
from daemon.store.versions import NewVersion
from daemon.writing import NOTHING_KNOWN, Writing
from plm_engine.base import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary
from tests.engine.conftest import tiny, tiny_base

__all__ = ["tiny", "tiny_base"]

WORK = "mail.work.example"


@pytest.fixture
def writing(tmp_path: Path, tiny_base: InstalledBase) -> Iterator[Writing]:
    store = Store.open(tmp_path / "store.db", StoreKey(bytes(32), "file"))
    yield Writing(store, Vocabulary(tiny_base), tiny_base)
    store.close()


def letter(text: str, site: str = "example.org") -> Capture:
    return Capture(draft=text[:60], site=site, kind="textarea", text=text, typed_chars=len(text))


def add_work(writing: Writing) -> None:
    """A persona that a site chooses."""
    writing.store.personas.add("work")
    writing.store.personas.assign(WORK, "work")
    writing.personas_changed()


def texts(writing: Writing, persona: str) -> list[str]:
    found = writing.store.documents.query(CapturesQuery(persona=persona)).documents
    return [one.text for one in found]


def test_there_is_one_from_the_start_and_it_cannot_go(writing: Writing) -> None:
    personas = writing.store.personas
    assert [one.name for one in personas.all()] == [DEFAULT]
    assert personas.in_use() == DEFAULT
    with pytest.raises(PersonaError, match="always there"):
        personas.remove(DEFAULT)


def test_a_name_is_given_once_and_there_are_not_too_many(writing: Writing) -> None:
    personas = writing.store.personas
    for number in range(MOST - 1):
        personas.add(f"side {number}")
    with pytest.raises(PersonaError, match="already"):
        personas.add("side 0")
    with pytest.raises(PersonaError, match=str(MOST)):
        personas.add("one more")


def test_only_who_is_there_can_write(writing: Writing) -> None:
    personas = writing.store.personas
    for refused in (
        lambda: personas.use("nobody"),
        lambda: personas.assign("example.org", "nobody"),
        lambda: personas.remove("nobody"),
        lambda: writing.keep(letter("who wrote this"), persona="nobody"),
    ):
        with pytest.raises(PersonaError, match="no persona"):
            refused()
    assert len(writing.store.documents) == 0


def test_a_site_chooses_who_writes_and_elsewhere_it_is_who_is_in_use(writing: Writing) -> None:
    add_work(writing)
    assert writing.who_writes_on(WORK) == "work"
    assert writing.who_writes_on("example.org") == DEFAULT
    assert writing.who_writes_on(None) == DEFAULT
    writing.store.personas.add("home")
    writing.store.personas.use("home")
    writing.store.personas.assign(WORK, None)
    writing.personas_changed()
    assert writing.who_writes_on(WORK) == "home"


def test_what_one_writes_is_known_of_no_other(writing: Writing) -> None:
    add_work(writing)
    writing.keep(letter("the merger is called Bluebird", WORK))
    writing.keep(letter("the cat is called Bluebell"))
    for known in (writing.known_on(WORK), writing.known("work")):
        assert known.memory is writing.known("work").memory
    work, home = writing.known("work"), writing.known(DEFAULT)
    assert work.memory is not home.memory
    assert work.preamble != home.preamble
    assert texts(writing, "work") == ["the merger is called Bluebird"]
    assert texts(writing, DEFAULT) == ["the cat is called Bluebell"]


def test_after_a_restart_everything_is_where_it_was(writing: Writing) -> None:
    add_work(writing)
    writing.keep(letter("the merger is called Bluebird", WORK))
    writing.keep(letter("the cat is called Bluebell"))
    again = Writing(writing.store, writing._vocabulary, writing.base)
    again.remember_all()
    for persona in ("work", DEFAULT):
        assert again.known(persona).preamble == writing.known(persona).preamble
    assert again.who_writes_on(WORK) == "work"


def test_a_text_stays_with_who_began_it(writing: Writing) -> None:
    add_work(writing)
    capture = letter("Dear colleagues", WORK)
    number = writing.keep(capture)
    writing.store.personas.assign(WORK, None)
    writing.personas_changed()
    capture.text = "Dear colleagues, welcome"
    assert writing.keep(capture) == number
    assert texts(writing, "work") == ["Dear colleagues, welcome"]
    assert writing.known(DEFAULT).preamble == ()


def test_forgetting_one_leaves_the_others(writing: Writing) -> None:
    add_work(writing)
    writing.keep(letter("the merger is called Bluebird", WORK))
    writing.keep(letter("the cat is called Bluebell"))
    assert writing.delete(Which(persona="work")) == 1
    assert writing.known("work").preamble == ()
    assert texts(writing, DEFAULT) == ["the cat is called Bluebell"]


def test_nothing_is_left_of_one_that_is_removed(writing: Writing) -> None:
    add_work(writing)
    writing.store.personas.use("work")
    number = writing.keep(letter("the merger is called Bluebird", WORK))
    writing.store.versions.add(
        NewVersion(
            persona="work",
            part="adapter",
            base=writing.base.digest,
            kept=True,
            reason="",
            parent=None,
            tokens=1,
            cpu_seconds=1,
            figures={},
            learned=b"weights",
            documents={number},
        )
    )
    writing.remove("work")
    assert writing.persona == DEFAULT
    assert writing.who_writes_on(WORK) == DEFAULT
    assert writing.known("work") is NOTHING_KNOWN
    assert len(writing.store.documents) == 0
    writing.store.personas.add("work")
    assert writing.store.versions.history("work") == []


def test_what_is_new_is_counted_for_each(writing: Writing) -> None:
    add_work(writing)
    numbers = [writing.keep(letter(f"letter {number}", WORK)) for number in range(3)]
    writing.keep(letter("a note"))
    assert writing.store.documents.count_new() == {"work": 3, DEFAULT: 1}
    writing.store.personas.set_learned_up_to("work", numbers[1])
    assert writing.store.documents.count_new() == {"work": 1, DEFAULT: 1}
