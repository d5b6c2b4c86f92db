"""A community of real processes from its foundation on: a coordinator, and five daemons whose users
write, learn and take part in three rounds. All that passes before the coordinator is recorded, and
every process of the five is watched; what happened is read afterwards.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from federation import release
from federation.device import TextTrainer
from federation.identity import Trust
from federation.layout import Tensors, Vector
from federation.node.job import Entered, Federate, Made, Offered, Sent, unpack
from federation.node.member import Update
from federation.privacy.answers import Answers, with_answers
from federation.privacy.clipping import clipped, is_within
from federation.strategies.fdlora import FDLoRA
from federation.strategies.strategy import State
from plm_engine.adapters import learned
from plm_engine.adapters.learned import Learned, personal
from plm_engine.adapters.low_rank import Adapter, from_peft
from plm_engine.adapters.shared import read_shared
from plm_engine.completion.engine import CompletionEngine
from plm_engine.learning.improving import Improver
from plm_engine.learning.judging import Judge
from tests.federation.confidential import Secrets, said_in
from tests.federation.daemons import DEVICES, ROUNDS, Device, Lived, lived
from tests.federation.watching import Process, can_trace
from tests.federation.wire import SeenRound, letters, likeness, rounds
from tests.tiny_daemon import tiny_default_base


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    place = tmp_path_factory.mktemp("community")
    return asyncio.run(lived(place, tiny_default_base(place)))


@pytest.fixture(scope="module")
def passed(community: Lived) -> list[SeenRound]:
    """The rounds of which a release came, as they passed before the coordinator."""
    by_release = {one.terms.release: one for one in rounds(letters(community.relay.exchanges))}
    return [by_release[community.folder.release(version).digest] for version in range(ROUNDS)]


def workers(community: Lived) -> Iterator[tuple[Device, Federate, Process]]:
    """Every process that took part for somebody."""
    for device in community.devices:
        yield from ((device, *one) for one in device.watch.federating)


def updates(device: Device) -> list[Update]:
    """In the clear, as the device had made them."""
    said = [event for _, process in device.watch.federating for event in process.events]
    made = [unpack(event.update) for event in said if isinstance(event, Made)]
    return [one for one in made if one]


def test_three_rounds_of_all_five_are_held_and_published(community: Lived) -> None:
    held = [one for one in community.folder.rounds() if one.verdict == "published"]

    assert [one.version for one in held] == [*range(1, ROUNDS + 1)]
    assert {one.devices for one in held} == {DEVICES}


def test_every_device_fuses_the_newest_release_with_its_own_adapter(community: Lived) -> None:
    _, newest = release.read(community.folder.release(ROUNDS))
    for device in community.devices:
        assert device.membership == {"version": ROUNDS, "in_use": ROUNDS, "tried": 1}
        part, state, _ = device.versions[-1]
        assert (part, state) == ("shared", "in_use")
        assert device.in_use.shared_weight > 0
        assert _is_same(_shared(device), _adapter(community, newest))


def test_nobody_s_own_texts_get_harder_to_predict(community: Lived) -> None:
    engine = CompletionEngine.open(community.base, threads=1)
    for device in community.devices:
        author = device.author
        judge = Judge(engine, [*author.notes, *author.posts], author.later)
        before = personal(_personal(device), community.base)
        after = personal(device.in_use, community.base, _shared(device))
        assert judge.bits_per_char(after) < judge.bits_per_char(before)


def test_personal_adapters_are_untouched(community: Lived) -> None:
    for device in community.devices:
        assert device.versions[0][2] == device.personal
        assert [part for part, _, _ in device.versions[1:]] == ["shared"] * ROUNDS
        assert _is_same_tensors(device.in_use.tensors, _personal(device).tensors)


def test_a_device_wrote_down_before_it_gave_and_gave_no_update_twice(community: Lived) -> None:
    for device in community.devices:
        said = [event for _, process in device.watch.federating for event in process.events]
        kept = [event for event in said if isinstance(event, Entered | Sent | Offered)]
        assert [type(one) for one in kept] == [Entered, Sent, Offered] * ROUNDS
        assert len({one.round for one in kept if isinstance(one, Entered)}) == ROUNDS
        vectors = [one.vector for one in updates(device)]
        assert len(vectors) == ROUNDS
        assert all(np.any(one != other) for one, other in pairwise(vectors))


def test_a_federating_process_is_told_nothing_but_posts_and_what_a_member_has(
    community: Lived,
) -> None:
    for device, job, _ in workers(community):
        assert {text.text for text in job.texts} < {*device.author.posts}
        assert not Secrets.of(device).found_in(said_in(job))


def test_what_must_not_be_found_would_be(community: Lived) -> None:
    for device in community.devices:
        made = updates(device)
        secret = Secrets.of(device).and_posts(device).and_updates(made)
        as_half = [tensor.astype(np.float16) for tensor in _personal(device).tensors.values()]
        leaks = [device.personal, made[0].vector.astype("<f4").tobytes(), as_half[0].tobytes()]
        leaks += [text.encode() for text in (device.author.notes[0], device.author.posts[-1])]
        assert all(map(secret.found_in, leaks))


def test_an_update_is_made_of_what_the_process_was_told_and_of_nothing_else(
    community: Lived,
) -> None:
    """Who has the posts, the release and the seed has all of it, but for how products of matrices
    are rounded where more threads share them."""
    improver = Improver(community.base)
    made = 0
    for _, job, process in workers(community):
        for event in process.events:
            if isinstance(event, Made):
                update = unpack(event.update)
                assert update
                again = _made_again(improver, job)
                assert np.abs(update.vector - again).max() <= 1e-6 * np.abs(again).max()
                made += 1
    assert made == DEVICES * ROUNDS


def test_nothing_of_anybody_s_passes_before_the_coordinator(community: Lived) -> None:
    """Neither texts, of whatever site, nor adapters, nor updates before they are masked."""
    sent = [*community.relay.all_bytes]
    sent += [part for one in community.relay.exchanges for part in (one.asked, one.answered)]
    for device in community.devices:
        secret = Secrets.of(device).and_posts(device).and_updates(updates(device))
        assert not any(secret.found_in(one) for one in sent)


def test_a_single_update_is_noise_to_the_coordinator(
    community: Lived, passed: list[SeenRound]
) -> None:
    """As far as so few numbers can tell; `test_wire` has as many as there are in real life."""
    for number, one in enumerate(passed):
        for device in community.devices:
            update = updates(device)[number].vector
            chance = 1 / math.sqrt(len(update))
            assert abs(likeness(one.masked[device.node], update)) <= 6 * chance


def test_the_sum_is_exact_and_the_release_is_made_of_it(
    community: Lived, passed: list[SeenRound]
) -> None:
    trust = Trust(community.folder.authority.public_key(), time.time())
    strategy = FDLoRA()
    _, tensors = release.read(community.folder.release(0))
    state = State(tensors)
    layout = strategy.layout(tensors)
    for number, one in enumerate(passed):
        summed = one.summed(trust)
        assert len(summed.nodes) == DEVICES
        points = one.terms.mechanism.fixed_point
        vectors = [_sent(updates(device)[number], one) for device in community.devices]
        expected = sum(points.encode(vector) for vector in vectors)
        assert np.array_equal(summed.vector, np.asarray(expected, summed.vector.dtype))
        mean = np.mean(vectors, axis=0)[: layout.size]
        found = points.decode(summed.vector)[: layout.size] / DEVICES
        assert np.abs(found - mean).max() <= points.step / 2
        state = strategy.step(state, layout.shaped(found))
        _, published = release.read(community.folder.release(number + 1))
        assert _is_same_tensors(published, state.tensors)


def test_nobody_is_connected_to_but_the_coordinator(community: Lived) -> None:
    coordinator = ("127.0.0.1", community.relay.port)
    for device in community.devices:
        for process in device.watch.processes:
            expected = {coordinator} if process.is_federating else set()
            assert process.connections <= expected, process.command
            assert not [one for one in process.asked if one[0].startswith("socket.get")]
        assert any(process.connections for process in device.watch.processes)
        if can_trace():
            assert device.watch.traced == {coordinator}


def test_no_worker_tells_anybody_what_it_does(community: Lived) -> None:
    """Whatever its user has set for other programs."""
    for device in community.devices:
        every = [one for one in device.watch.processes if "worker" in " ".join(one.command)]
        assert len(every) > 2 * ROUNDS
        for process in every:
            said = process.environment
            assert said["FLWR_TELEMETRY_ENABLED"] == "0"
            assert said["FLWR_DISABLE_UPDATE_CHECK"] == "1"
            assert (said["HF_HUB_OFFLINE"], said["HF_HUB_DISABLE_TELEMETRY"]) == ("1", "1")
            assert said["DO_NOT_TRACK"] == "1"


def _made_again(improver: Improver, job: Federate) -> Vector:
    _, tensors = release.read(release.decode(job.release))
    strategy = FDLoRA()
    trainer = TextTrainer(improver, job.texts, seed=job.seed + 1)
    made = strategy.layout(tensors).flat(strategy.improve(trainer, tensors))
    return made.astype("<f4").astype(np.float64)


def _sent(update: Update, seen: SeenRound) -> Vector:
    """In the clear, what went under the masks."""
    norm = seen.terms.norm
    answers = Answers(
        is_within_norm=is_within(update.vector, norm), refused_release=update.refused_release
    )
    return with_answers(clipped(update.vector, norm), answers, norm)


def _shared(device: Device) -> Adapter:
    version = device.membership["in_use"]
    shared = read_shared(device.data_dir / f"community-{version}.safetensors", device.base)
    assert shared
    return shared


def _adapter(community: Lived, tensors: Tensors) -> Adapter:
    return from_peft(dict(tensors), 1.0, community.base.config)


def _personal(device: Device) -> Learned:
    return learned.unpack(device.personal, device.base)


def _is_same_tensors(one: Tensors, other: Tensors) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)


def _is_same(one: Adapter, other: Adapter) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(one[name].a, other[name].a) and np.array_equal(one[name].b, other[name].b)
        for name in one
    )
