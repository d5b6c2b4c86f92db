"""A member whose coordinator is out of reach: held, stopped, killed, and never disloyal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from daemon.federation.turn import Turn
from daemon.learning.learning import LearningError
from daemon.store.federation import (
    Federation,
    NewMembership,
    NoUpdateError,
    Round,
    Verdict,
    now,
)
from daemon.store.selection import Which
from federation.identity import issue
from federation.invitation import Invitation, written
from federation.node.job import (
    Entered,
    Event,
    Exchanged,
    Federate,
    Keys,
    Made,
    Offered,
    PassedBy,
    Progress,
    Renewed,
    Sent,
    pack,
)
from federation.node.member import Update
from federation.privacy.accounting import Participation
from federation.release import Release, encode, publish, read
from federation.strategies.fdlora import FDLoRA
from plm_engine.base import InstalledBase
from tests.engine.conftest import tiny, tiny_base
from tests.integration.federated import SITE, Machine, machine, until

__all__ = ["tiny", "tiny_base"]

PUBLISHER = Ed25519PrivateKey.generate()
AUTHORITY = Ed25519PrivateKey.generate()
NAME = "Nowhere"
SENT = Sent(participation=Participation(noise_multiplier=1.0, threshold=4), version=0)


@pytest.fixture
def mine(
    tmp_path: Path, tiny_base: InstalledBase, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine]:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None)
    one = machine(tmp_path / "mine", tiny_base)
    yield one
    one.store.close()


def a_release(base: InstalledBase, *, changes: float, **said: Any) -> Release:
    """The first, or another one; ``changes`` is how much it says."""
    tensors = {
        name: np.full_like(tensor, changes) if ".lora_B." in name else tensor
        for name, tensor in FDLoRA().begin(base.config, seed=0).tensors.items()
    }
    known: dict[str, Any] = {
        "community": NAME,
        "base": base.digest,
        "strategy": "fdlora",
        "version": 0,
        "epoch": 0,
    }
    return publish(tensors, PUBLISHER, **(known | said))


def keys() -> Keys:
    identity = Ed25519PrivateKey.generate()
    certificate = issue(
        AUTHORITY,
        node="7",
        key=identity.public_key().public_bytes_raw(),
        not_before=0,
        not_after=4_000_000_000,
    )
    transport = ec.generate_private_key(ec.SECP384R1())
    return Keys(
        node_id=7,
        transport=transport.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        identity=identity.private_bytes_raw(),
        certificate=msgspec.msgpack.encode(certificate),
    )


async def join(mine: Machine) -> Release:
    """A community whose coordinator nobody has seen since; it gave a release."""
    base = mine.writing.base
    first = a_release(base, changes=0.0)
    line = written(
        Invitation(
            community=NAME,
            url="http://127.0.0.1:9",
            base=base.digest,
            strategy="fdlora",
            authority=AUTHORITY.public_key().public_bytes_raw(),
            publisher=PUBLISHER.public_key().public_bytes_raw(),
        )
    )
    mine.store.federation.join(
        NewMembership(
            community=NAME,
            url="http://127.0.0.1:9",
            invitation=line,
            keys=msgspec.msgpack.encode(keys()),
            device="7",
            release=encode(first),
            version=0,
        )
    )
    mine.store.sites.set(SITE, capture=True, may_federate=True)
    await mine.federating.look_up()
    return first


def turn(mine: Machine, release: Release, numbers: list[int]) -> Turn:
    """A process that has just made an update of these texts, and would offer it."""
    texts = [one for one in mine.learning.texts("default") if one.number in numbers]
    job = msgspec.structs.replace(asked(mine), texts=texts, release=encode(release))
    mine.store.federation.begin_update(numbers)
    return Turn(mine.store, job)


def workers() -> list[psutil.Process]:
    """Federating processes of this test."""
    return [
        child
        for child in psutil.Process().children()
        if "federation.node.worker" in " ".join(child.cmdline())
    ]


@asynccontextmanager
async def taking_part(mine: Machine) -> AsyncIterator[Callable[[Event], Awaitable[object]]]:
    """A process of a member; yields what hears an event as if the process had said it."""
    await join(mine)
    going = asyncio.create_task(mine.federating.take_part())
    await until(lambda: mine.federating._process)
    turn, process = mine.federating._turn, mine.federating._process
    assert turn
    assert process
    yield partial(mine.federating._handle, turn, process)
    await mine.federating.stop()
    await going


async def test_it_stands_still_while_somebody_writes_and_ends_when_learning_begins(
    mine: Machine,
) -> None:
    await join(mine)
    going = asyncio.create_task(mine.federating.take_part())
    await until(lambda: mine.federating.doing and "coordinator" in mine.federating.doing.stage)
    mine.machine.somebody_writes()
    assert mine.federating.doing
    assert mine.federating.doing.is_held
    await until(lambda: [one.status() for one in workers()] == [psutil.STATUS_STOPPED])
    mine.federating.go_on()
    await until(lambda: [one.status() for one in workers()] != [psutil.STATUS_STOPPED])
    with pytest.raises(LearningError, match="too little"):
        await mine.learning.learn("adapter", "default")
    assert not workers()
    await going
    assert mine.federating.doing is None


async def test_a_round_that_does_not_suit_its_user_is_told(mine: Machine) -> None:
    objection = "its sum may be of 7 devices, and your limit is 30"
    async with taking_part(mine) as hears:
        await hears(PassedBy(objection))
        doing = mine.schedule.status().doing
        assert doing
        assert doing.stage == f"passed by the last round: {objection}"


async def test_what_a_process_said_before_it_was_held_does_not_make_it_run(mine: Machine) -> None:
    async with taking_part(mine) as hears:
        mine.federating.hold()
        await hears(Progress("making an update", 0.5))
        doing = mine.schedule.status().doing
        assert doing
        assert (doing.stage, doing.held) == ("making an update", True)
        mine.federating.go_on()
        await until(lambda: [one.status() for one in workers()] != [psutil.STATUS_STOPPED])


async def test_a_process_that_is_killed_harms_nothing_and_is_not_begun_at_once(
    mine: Machine,
) -> None:
    await join(mine)
    mine.store.federation.judge(_verdict())
    await mine.federating.look_up()
    mine.now += 1_000
    mine.schedule._begin()
    await until(workers)
    for worker in workers():
        worker.kill()
    await mine.schedule.finished()
    status = mine.schedule.status()
    assert status.last == "Taking part ended unexpectedly."
    assert status.waits_for == "a while, since it came to nothing last time"


async def test_what_was_thrown_away_does_not_leave(mine: Machine) -> None:
    release = await join(mine)
    numbers = mine.write(12)
    update = Made(pack(Update(release.digest, np.ones(4))))
    going = turn(mine, release, numbers)
    await going.keep(update)
    await mine.federating.look_up()
    assert mine.federating.member
    assert mine.federating.member.update_waits
    mine.writing.delete(Which(ids=numbers[:1]))
    await going.keep(Entered(b"r" * 16))
    with pytest.raises(NoUpdateError):
        await going.keep(SENT)
    assert mine.store.federation.rounds() == []


async def test_an_update_that_leaves_is_at_no_moment_taken_for_one_that_was_thrown_away(
    mine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or its process would be ended in the middle of the round."""
    release = await join(mine)
    made = Made(pack(Update(release.digest, np.ones(4))))
    await turn(mine, release, mine.write(12)).keep(made)
    going = Turn(mine.store, asked(mine))
    assert going.has_update
    await going.keep(Entered(b"r" * 16))
    still_offered = []
    send = Federation.send

    def watched(store: Federation, sent: Round) -> int:
        number = send(store, sent)
        still_offered.append(going.has_update)
        return number

    monkeypatch.setattr(Federation, "send", watched)
    await going.keep(SENT)
    assert still_offered == [False]


async def test_an_update_at_another_release_or_of_deleted_texts_is_not_kept(mine: Machine) -> None:
    release = await join(mine)
    numbers = mine.write(12)
    going = turn(mine, release, numbers)
    for made in (b"damaged", pack(Update("0" * 64, np.ones(4)))):
        await going.keep(Made(made))
    mine.writing.delete(Which(ids=numbers[:1]))
    await going.keep(Made(pack(Update(release.digest, np.ones(4)))))
    await mine.federating.look_up()
    assert mine.federating.member
    assert not mine.federating.member.update_waits


async def test_what_leaves_in_a_round_is_counted(mine: Machine) -> None:
    release = await join(mine)
    numbers = mine.write(12)
    going = turn(mine, release, numbers)
    await going.keep(Made(pack(Update(release.digest, np.ones(4)))))
    await going.keep(Exchanged(received=1, sent=5))  # before the round
    await going.keep(Entered(b"r" * 16))
    await going.keep(Exchanged(received=1, sent=100))
    await going.keep(SENT)
    await going.keep(Exchanged(received=1, sent=1_000))
    assert [one.bytes for one in mine.store.federation.rounds()] == [1_100]


async def test_a_membership_that_was_renewed_is_kept(mine: Machine) -> None:
    release = await join(mine)
    renewed = keys()

    await turn(mine, release, []).keep(Renewed(renewed))

    assert msgspec.msgpack.decode(asked(mine).keys.certificate) == msgspec.msgpack.decode(
        renewed.certificate
    )


async def test_a_release_ends_the_process_once_it_was_answered_for(mine: Machine) -> None:
    release = await join(mine)
    going = turn(mine, release, [])
    newer = a_release(mine.writing.base, changes=0.01, version=1, parent=release)
    await going.keep(Offered(version=1, taken_back=False, release=encode(newer)))
    assert not going.is_over(Offered(version=1, taken_back=False, release=b""))
    assert going.is_over(Exchanged(received=9, sent=9))


async def test_who_has_written_too_little_takes_a_release_as_it_is(mine: Machine) -> None:
    release = await join(mine)
    newer = a_release(mine.writing.base, changes=0.01, version=1, parent=release)
    assert not await hold_trial(mine), "the first one changes nothing"
    mine.store.federation.offer(encode(newer), 1, taken_back=False)
    assert await hold_trial(mine)
    assert mine.writing.known("default").personal.adapter
    await mine.federating.look_up()
    assert "too little" in mine.federating.known.verdicts[0].reason


async def test_a_version_that_is_gone_back_to_is_used_without_trial_if_it_once_passed_one(
    mine: Machine,
) -> None:
    first = await join(mine)
    mine.write(40)
    again = a_release(
        mine.writing.base, changes=0.01, version=3, parent=first, taken_back=True, epoch=1
    )
    passed = Verdict(
        at=now(), version=1, kept=True, reason="it helps", gain=0.1, tensors=read(again)[0].tensors
    )
    mine.store.federation.judge(passed)
    mine.store.federation.offer(encode(again), 3, taken_back=True)
    assert await hold_trial(mine)
    assert mine.store.federation.verdicts()[0].gain is None
    assert mine.writing.fusion.shared_file == mine.folder / "community-3.safetensors"


async def test_a_version_that_is_only_called_an_old_one_is_tried_as_any_other(
    mine: Machine,
) -> None:
    first = await join(mine)
    mine.write(40)
    never_seen = a_release(
        mine.writing.base, changes=0.5, version=3, parent=first, taken_back=True, epoch=1
    )
    mine.store.federation.offer(encode(never_seen), 3, taken_back=True)
    await hold_trial(mine)
    assert mine.store.federation.verdicts()[0].gain is not None


async def test_a_damaged_release_is_not_used(mine: Machine) -> None:
    await join(mine)
    mine.store.federation.offer(b"no release", 1, taken_back=False)
    assert not await hold_trial(mine)
    assert mine.writing.fusion.shared_file is None
    assert list(mine.folder.glob("community-*")) == []


async def test_after_a_restart_the_same_release_is_in_use_and_who_leaves_has_none(
    mine: Machine, tiny_base: InstalledBase
) -> None:
    release = await join(mine)
    newer = a_release(tiny_base, changes=0.01, version=1, parent=release)
    mine.store.federation.offer(encode(newer), 1, taken_back=False)
    await hold_trial(mine)
    again = machine(mine.folder, tiny_base)
    assert again.writing.known("default").personal.adapter
    await again.federating.look_up()
    await again.schedule.leave()
    assert again.writing.fusion.shared_file is None
    assert not again.writing.known("default").personal.adapter
    assert list(mine.folder.glob("community-*")) == []
    again.store.close()


async def test_an_update_is_made_of_typed_texts_of_sites_that_may_federate_but_the_newest(
    mine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.federation.federating.LanguageGuard", _Reader)
    await join(mine)
    elsewhere = set(mine.write(20, "bank.example"))
    numbers = mine.write(60)
    chosen = {text.number for text in asked(mine).texts}
    assert chosen
    assert chosen < set(numbers)
    assert not chosen & elsewhere
    assert not chosen & set(numbers[-8:]), "the newest judge"
    mine.store.sites.set(SITE, may_federate=False)
    assert asked(mine).texts == []


async def hold_trial(mine: Machine) -> bool:
    await mine.federating.look_up()
    assert mine.federating.member
    return await mine.trial.hold(mine.federating.member)


def asked(mine: Machine) -> Federate:
    return mine.federating._job()


def _verdict() -> Verdict:
    return Verdict(at=now(), version=0, kept=False, reason="it changes nothing yet")


class _Reader:
    def knows(self, _text: str) -> bool:
        return True
