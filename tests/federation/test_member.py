"""What a node gives, to whom, and how often; and what it never gives."""

from __future__ import annotations

import re

import msgspec
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from federation import protocol, release
from federation.coordinator.summing import new_round, parameters_of
from federation.node.job import pack, unpack
from federation.node.member import Update
from federation.privacy.accounting import Participation
from federation.protocol import (
    Answer,
    AreYouReady,
    Declined,
    GoOn,
    Question,
    Said,
    Standing,
    TakePart,
    TakeRelease,
    TookRelease,
)
from federation.release import Release
from federation.rounds import RoundTerms
from federation.secure_sum.errors import Phase, TooFewError
from federation.secure_sum.server import Summation
from tests.federation.community import (
    Node,
    Together,
    first_release,
    layout,
    mean_of,
    terms_for,
    together,
)
from tests.federation.whole_round import TRUST


def ask(node: Node, question: Question) -> Answer:
    return protocol.read_answer(node.member.answer(protocol.encode(question)), 10_000_000)


def a_node() -> Node:
    node = Node("1000", first_release())
    node.makes(np.ones(layout().size))
    return node


def invitation(terms: RoundTerms, members: int = 4) -> TakePart:
    parameters = parameters_of(terms, new_round(), 0, members)
    return TakePart(terms, Summation(parameters, TRUST).invitation())


async def test_the_outcome_is_the_mean_of_what_the_nodes_made() -> None:
    who = together(5)

    found = await who.sum(terms_for(who.release, 5))

    assert found.devices == 5
    assert np.abs(found.mean - mean_of(who.updates)).max() < 1e-4


@pytest.mark.parametrize("phase", [Phase.ADVERTISE, Phase.SHARE, Phase.MASK])
async def test_who_falls_asleep_before_its_vector_is_there_is_left_out(phase: Phase) -> None:
    who = together(6)
    who.nodes["1002"].falls_asleep_at = phase

    found = await who.sum(terms_for(who.release, 6))

    assert found.devices == 5
    assert np.abs(found.mean - mean_of(who.updates, {"1002"})).max() < 1e-4


@pytest.mark.parametrize("phase", [Phase.CONFIRM, Phase.UNMASK])
async def test_who_falls_asleep_after_that_is_counted(phase: Phase) -> None:
    who = together(6)
    who.nodes["1002"].falls_asleep_at = phase

    found = await who.sum(terms_for(who.release, 6))

    assert found.devices == 6
    assert np.abs(found.mean - mean_of(who.updates)).max() < 1e-4


async def test_below_the_threshold_the_round_ends_and_is_held_again_with_new_updates() -> None:
    who = together(4)
    who.nodes["1000"].falls_asleep_at = who.nodes["1001"].falls_asleep_at = Phase.MASK

    with pytest.raises(TooFewError):
        await who.sum(terms_for(who.release, 4))

    for name, node in who.nodes.items():
        node.falls_asleep_at = None
        node.makes(who.updates[name])
    assert (await who.sum(terms_for(who.release, 4))).devices == 4


async def test_a_node_that_talks_nonsense_is_left_out() -> None:
    who = together(5)
    who.on_wire = lambda node, packed: b"nonsense" if node == "1001" else packed

    found = await who.sum(terms_for(who.release, 5))

    assert found.devices == 4
    assert np.abs(found.mean - mean_of(who.updates, {"1001"})).max() < 1e-4


async def test_an_update_is_written_off_before_it_leaves_and_never_leaves_again() -> None:
    who = together(4)
    terms = terms_for(who.release, 4, noise_multiplier=0.5)

    await who.sum(terms)

    for node in who.nodes.values():
        assert node.kept.written == [Participation(noise_multiplier=0.5, threshold=3)]
        assert node.member.needs_update
        assert ask(node, AreYouReady(who.release.digest)) == Standing(True, False)
        assert ask(node, invitation(terms)) == Declined()


def test_a_node_says_whether_it_is_ready_for_a_release() -> None:
    node = a_node()

    assert ask(node, AreYouReady(node.release.digest)) == Standing(True, True)
    assert ask(node, AreYouReady("another")) == Standing(False, False)


def test_an_update_for_an_older_release_is_not_ready() -> None:
    node = a_node()
    newer = first_release(version=1, parent=node.release)

    assert ask(node, TakeRelease(release.encode(newer))) == TookRelease()

    assert ask(node, AreYouReady(newer.digest)) == Standing(True, False)
    assert node.kept.written == [newer]
    assert node.member.current == newer


def test_an_update_that_comes_too_late_for_its_release_has_to_be_made_anew() -> None:
    node = a_node()
    ask(node, TakeRelease(release.encode(first_release(version=1, parent=node.release))))

    node.makes(np.ones(layout().size))  # at the release before

    assert node.member.needs_update


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_an_update_that_is_no_number_is_made_anew(value: float) -> None:
    spoilt = np.array([0.0, value])

    assert unpack(pack(Update("release", spoilt))) is None


def test_the_same_release_again_is_not_written_down_again() -> None:
    node = a_node()

    assert ask(node, TakeRelease(release.encode(node.release))) == TookRelease()

    assert node.kept.written == []


@pytest.mark.parametrize(
    "lie",
    [
        lambda now: first_release(version=1, parent=now, community="Others"),
        lambda now: first_release(version=1, parent=now, base="c" * 64),
        lambda now: first_release(version=1, parent=now, strategy="fedavg"),
        lambda now: first_release(epoch=1),
        lambda now: msgspec.structs.replace(
            first_release(version=1, parent=now), signature=Ed25519PrivateKey.generate().sign(b"")
        ),
    ],
)
def test_a_lie_about_a_release_is_declined(lie: object) -> None:
    node = a_node()
    offered: Release = lie(node.release)  # type: ignore[operator]

    assert ask(node, TakeRelease(release.encode(offered))) == Declined()
    assert node.member.current == node.release
    assert node.kept.written == []


@pytest.mark.parametrize(
    "changed",
    [
        {"release": "another"},
        {"layout": "another"},
        {"size": 17},
        {"threshold": 2},
    ],
)
def test_a_round_about_something_else_is_declined(changed: dict[str, object]) -> None:
    node = a_node()
    terms = msgspec.structs.replace(terms_for(node.release, 3), **changed)

    assert ask(node, invitation(terms, members=3)) == Declined()
    assert not node.member.needs_update


def test_terms_that_are_not_those_of_the_sum_are_declined() -> None:
    node = a_node()
    terms = terms_for(node.release, 6)
    mixed = TakePart(terms_for(node.release, 6, norm=3.0), invitation(terms, 6).invitation)

    assert ask(node, mixed) == Declined()


def test_a_cohort_smaller_than_its_user_wants_is_declined() -> None:
    who = together(4, smallest_cohort=4)
    node = who.nodes["1000"]

    assert ask(node, invitation(terms_for(who.release, 4), 4)) == Declined()
    assert node.kept.objections == ["its sum may be of 3 devices, and your limit is 4"]
    assert isinstance(ask(node, invitation(terms_for(who.release, 6), 6)), Said)


def test_a_round_that_would_tell_more_than_its_user_wants_is_declined() -> None:
    before = Participation(noise_multiplier=4.0, threshold=10)
    who = together(4, most_epsilon=2.0, taken_part=[before])
    node = who.nodes["1000"]

    loud = terms_for(who.release, 4, noise_multiplier=0.5)
    quiet = terms_for(who.release, 4, noise_multiplier=8.0)
    assert ask(node, invitation(loud)) == Declined()
    [objection] = node.kept.objections
    assert re.fullmatch(r"all of it would tell ε = \d+\.\d, and your limit is 2", objection)
    assert isinstance(ask(node, invitation(quiet)), Said)


async def test_each_round_counts_toward_what_its_user_wants() -> None:
    who = together(4, most_epsilon=0.9)
    terms = terms_for(who.release, 4, noise_multiplier=6.0)
    await who.sum(terms)

    for name, node in who.nodes.items():
        node.makes(who.updates[name])

    assert ask(who.nodes["1000"], invitation(terms)) == Declined()


def test_without_noise_nobody_takes_part_who_wants_a_promise() -> None:
    who = together(4, most_epsilon=1e6)

    node = who.nodes["1000"]
    assert ask(node, invitation(terms_for(who.release, 4))) == Declined()
    assert node.kept.objections == ["all of it would tell ε = inf, and your limit is 1e+06"]


def test_a_question_that_comes_again_has_the_same_answer() -> None:
    node = a_node()
    question = invitation(terms_for(node.release, 4))

    assert ask(node, question) == ask(node, question)


async def test_the_vector_that_is_asked_for_again_is_the_same_and_counted_once() -> None:
    who = together(4)
    answers: dict[bytes, bytes] = {}
    plain = who.carry

    async def twice(node: str, packed: bytes, wait_s: float) -> bytes | None:
        answer = await plain(node, packed, wait_s)
        assert await plain(node, packed, wait_s) == answer
        answers[packed] = answer or b""
        return answer

    who.carry = twice  # type: ignore[method-assign]
    await who.sum(terms_for(who.release, 4))

    assert all(len(node.kept.written) == 1 for node in who.nodes.values())


def test_a_delivery_that_is_none_costs_neither_update_nor_promise() -> None:
    """It would be made for minutes, and its noise counted, with nothing gone."""
    who = together(4)
    node = who.nodes["1000"]
    parameters = parameters_of(terms_for(who.release, 4), new_round(), 0, 4)
    server = Summation(parameters, TRUST)
    asked: dict[str, Question] = dict.fromkeys(
        who.nodes, TakePart(terms_for(who.release, 4), server.invitation())
    )
    while server.phase < Phase.MASK:
        for name, question in asked.items():
            said = ask(who.nodes[name], question)
            assert isinstance(said, Said)
            server.receive(said.frame)
        frames = server.close()
        asked = {name: GoOn(parameters.round, frame) for name, frame in frames.items()}

    assert ask(node, GoOn(parameters.round, b"no delivery")) == Declined()
    assert node.kept.written == []
    assert not node.member.needs_update


def test_a_round_that_was_never_begun_is_not_gone_on_with() -> None:
    assert ask(a_node(), GoOn(b"r" * 16, b"frame")) == Declined()


@given(st.binary(max_size=200))
def test_nonsense_is_declined(packed: bytes) -> None:
    node = a_node()

    assert protocol.read_answer(node.member.answer(packed)) == Declined()


async def test_what_leaves_is_as_good_as_random() -> None:
    """The largest answer is the masked vector: it does not correlate with the update."""
    who: Together = together(4)
    largest: dict[str, bytes] = {}

    def note(node: str, packed: bytes) -> bytes:
        largest[node] = max(largest.get(node, b""), packed, key=len)
        return packed

    who.on_wire = note
    await who.sum(terms_for(who.release, 4))

    for node, packed in largest.items():
        sent = np.frombuffer(packed[-4 * layout().size - 200 :][: 4 * layout().size], np.uint32)
        seen = abs(float(np.corrcoef(sent.astype(np.float64), who.updates[node])[0, 1]))
        assert seen < 5 / np.sqrt(layout().size)
