"""Two people who post the same and have nothing else in common: their federating processes are told
the same, bit by bit. So nothing else of theirs can be in what leaves, whatever is computed there.

That the update follows from what is told, `tests/federation/test_end_to_end.py` shows.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from daemon.protocol.messages import Capture
from daemon.store.federation import NewMembership
from daemon.store.personas import DEFAULT
from daemon.store.versions import NewVersion
from federation.invitation import Invitation, written
from federation.node.job import Keys
from federation.release import encode, publish
from federation.strategies.fdlora import FDLoRA
from plm_engine.adapters.learned import Learned, pack
from plm_engine.base import InstalledBase
from plm_engine.learning.recipes import PROMPT_TOKENS
from tests.engine.conftest import tiny, tiny_base
from tests.integration.federated import SITE, Machine, machine, text

__all__ = ["tiny", "tiny_base"]

NOTES, WORK = "notes.example", "work.example"
POSTS = 40
PUBLISHER = Ed25519PrivateKey.generate()


@pytest.fixture(autouse=True)
def the_same_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seed of the training is drawn for each process."""
    monkeypatch.setattr(secrets, "randbits", lambda _bits: 7)


@pytest.mark.parametrize("other", range(1, 4))
def test_whatever_else_somebody_has_their_federating_process_is_told_the_same(
    tmp_path: Path, tiny_base: InstalledBase, other: int
) -> None:
    membership = a_membership(tiny_base)
    with (
        somebody(tmp_path / "one", tiny_base, membership, private=0) as one,
        somebody(tmp_path / "another", tiny_base, membership, private=other) as another,
    ):
        assert one.writing.known(DEFAULT).personal.adapter
        assert digest_of_personal(one) != digest_of_personal(another)

        told = one.federating._job()

        assert {post.text for post in told.texts} <= {text(number) for number in range(POSTS)}
        assert len(told.texts) > POSTS / 2
        assert msgspec.json.encode(told) == msgspec.json.encode(another.federating._job())


@contextlib.contextmanager
def somebody(
    folder: Path, base: InstalledBase, membership: NewMembership, *, private: int
) -> Iterator[Machine]:
    """Who posts as everybody here does; all the rest is their own and follows from ``private``."""
    one = machine(folder, base)
    one.store.personas.add("work")
    one.store.personas.assign(WORK, "work")
    one.writing.personas_changed()
    for number in range(POSTS):
        write(one, SITE, text(number))
        for site in (NOTES, WORK):
            write(one, site, text(10_000 + 1_000 * private + number))
    for persona in (DEFAULT, "work"):
        one.store.versions.add(a_version(base, persona, private))
        one.writing.load_personal(persona)
    one.store.federation.join(membership)
    one.store.sites.set(SITE, capture=True, may_federate=True)
    one.store.sites.set(NOTES, capture=True)
    try:
        yield one
    finally:
        one.store.close()


def write(one: Machine, site: str, words: str) -> None:
    draft = f"draft {len(one.store.documents)}"
    capture = Capture(site=site, kind="textarea", text=words, typed_chars=len(words), draft=draft)
    assert one.writing.keep(capture)


def a_version(base: InstalledBase, persona: str, private: int) -> NewVersion:
    """An adapter and a prompt that nobody else has."""
    random = np.random.default_rng(private)
    begun = FDLoRA().begin(base.config, seed=private).tensors
    tensors = {
        name: random.normal(size=tensor.shape).astype(np.float32) for name, tensor in begun.items()
    }
    prompt = random.normal(size=(PROMPT_TOKENS, base.config.hidden)).astype(np.float32)
    return NewVersion(
        persona=persona,
        part="adapter",
        base=base.digest,
        kept=True,
        reason="",
        parent=None,
        tokens=1,
        cpu_seconds=1.0,
        figures={},
        learned=pack(Learned(base.digest, tensors, prompt)),
        documents={1},
    )


def a_membership(base: InstalledBase) -> NewMembership:
    """In a community at its first release."""
    first = publish(
        FDLoRA().begin(base.config, seed=0).tensors,
        PUBLISHER,
        community="Writers",
        base=base.digest,
        strategy="fdlora",
        version=0,
        epoch=0,
    )
    url = "http://127.0.0.1:9"
    line = Invitation(
        community="Writers",
        url=url,
        base=base.digest,
        strategy="fdlora",
        authority=bytes(32),
        publisher=PUBLISHER.public_key().public_bytes_raw(),
    )
    keys = Keys(node_id=7, transport=b"t", identity=b"i", certificate=b"c")
    return NewMembership(
        community="Writers",
        url=url,
        invitation=written(line),
        keys=msgspec.msgpack.encode(keys),
        device="7",
        release=encode(first),
        version=0,
    )


def digest_of_personal(one: Machine) -> list[bytes]:
    known = one.writing.known(DEFAULT).personal
    assert known.prompt is not None
    return [known.prompt.tobytes(), *(each.b.tobytes() for each in known.adapter.values())]
