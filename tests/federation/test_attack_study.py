"""The mathematics of the attack study, on a tiny model: docs/federation-security.md."""

from __future__ import annotations

import math
import random
import string
from pathlib import Path

import numpy as np
import pytest
import torch

from bench.attacks import canary, inversion, poison
from bench.attacks.canary import CHANCE, CODES, Canary, exposure, rank_of
from bench.attacks.cohort import Devices
from bench.attacks.inversion import Attacker, auc, halves, likeness
from bench.attacks.reader import Reader
from federation.layout import Vector
from federation.strategies.fdlora import FDLoRA
from federation.strategies.strategy import Local
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.learning.job import Text
from tests.tiny_daemon import vowels


@pytest.fixture(scope="module")
def reader(tiny_base: InstalledBase) -> Reader:
    return Reader(tiny_base)


@pytest.fixture(scope="module")
def vocabulary(tiny_base: InstalledBase) -> Vocabulary:
    return Vocabulary(tiny_base)


@pytest.fixture
def devices(tiny_base: InstalledBase, tmp_path: Path) -> Devices:
    strategy = FDLoRA(local=Local(steps=6, batch=2, rate=2e-2))
    return Devices(tiny_base, tmp_path / "updates", strategy=strategy)


def attacker(devices: Devices, reader: Reader) -> Attacker:
    return Attacker(reader, devices.state.tensors, devices.layout)


def letters(number: int) -> str:
    """Of six letters, which are others each time."""
    chance = random.Random(number)
    return "".join(chance.choices(chance.sample(string.ascii_lowercase, 6), k=90))


def of_one(devices: Devices, seed: int) -> Vector:
    return np.random.default_rng(seed).normal(size=devices.layout.size)


def test_the_first_of_a_thousand_is_exposed_by_ten_bits_and_the_last_by_none() -> None:
    assert exposure(1, 1_024) == 10
    assert exposure(512, 1_024) == 1
    assert exposure(1_000, 1_000) == 0


def test_chance_is_the_mean_of_all_ranks() -> None:
    assert pytest.approx(np.mean([exposure(rank) for rank in range(1, CODES + 1)])) == CHANCE
    assert pytest.approx(1 / math.log(2), abs=0.01) == CHANCE


def test_a_rank_counts_who_is_likelier_and_half_of_who_is_as_likely() -> None:
    likelihoods = np.array([-3.0, -1.0, -2.0, -2.0, -2.0])

    assert [rank_of(code, likelihoods) for code in range(5)] == [5, 1, 3, 3, 3]


def test_all_sequences_are_as_likely_as_each_by_itself(reader: Reader) -> None:
    before, symbols = [0, 7, 9], [20, 21, 22]

    found = reader.of_all_sequences(before, symbols, 3)

    assert len(found) == 27
    for place, sequence in ((0, (20, 20, 20)), (5, (20, 21, 22)), (21, (22, 21, 20))):
        chances = reader.predictions([*before, *sequence])
        alone = sum(float(chances[len(before) - 1 + i, one]) for i, one in enumerate(sequence))
        assert float(found[place]) == pytest.approx(alone, abs=1e-4)


def test_gradients_are_how_the_surprise_changes(devices: Devices, reader: Reader) -> None:
    ids, length = [0, 30, 31, 32, 40, 41], 1e-2
    [gradient] = reader.gradients(torch.tensor([ids]), devices.state.tensors, devices.layout)
    along = gradient.numpy().astype(np.float64)

    def nats(step: Vector) -> float:
        moved = {**devices.state.tensors, **devices.layout.shaped(step)}
        with reader.having(moved):
            chances = reader.predictions(ids[:-1])
        return -float(np.mean([float(chances[i, one]) for i, one in enumerate(ids[1:])]))

    steps = along * (length / np.linalg.norm(along))
    slope = (nats(steps) - nats(-steps)) / (2 * length)
    assert slope == pytest.approx(float(np.linalg.norm(along)), rel=0.02)


def test_with_an_adapter_taken_off_the_model_is_what_it_was(
    devices: Devices, reader: Reader
) -> None:
    before = reader.predictions([0, 5, 6])
    moved = {**devices.state.tensors, **devices.layout.shaped(of_one(devices, 0))}

    with reader.having(moved):
        assert not torch.allclose(reader.predictions([0, 5, 6]), before)

    assert torch.equal(reader.predictions([0, 5, 6]), before)


def test_planted_sentences_stand_between_pieces_and_nothing_else_changes() -> None:
    texts = [Text(0, "a" * 500), Text(1, "b" * 400)]

    found = canary.planted(texts, ["one.", "two."])

    assert [text.number for text in found] == list(range(6))
    assert [text.text for text in found][1:3] == ["one.", "two."]
    written = "".join(text.text for text in found[::3])
    assert written == "a" * 500 + "\n\n" + "b" * 400


def test_every_device_has_a_canary_of_its_own_one_of_five_and_those_of_all() -> None:
    chosen = canary.canaries(20, 5, seed=3)

    for place in range(20):
        shared = sorted(len(one.owners) for one in chosen if place in one.owners)
        assert shared == [1, 5, 20, 20, 20]
    assert len({one.carrier for one in chosen}) == len(chosen) == 27


def test_a_code_that_was_learned_by_heart_is_exposed(
    devices: Devices, reader: Reader, vocabulary: Vocabulary
) -> None:
    secret = Canary("would the", 481, (0,))
    ids = torch.tensor([[vocabulary.document_start, *vocabulary.encode(secret.sentence).ids]])
    learned = np.zeros(devices.layout.size)
    exposed = []
    for _ in range(60):
        with reader.having({**devices.state.tensors, **devices.layout.shaped(learned)}):
            exposed.append(canary.exposure_of(secret, reader, vocabulary))
            [gradient] = reader.gradients(ids, devices.state.tensors, devices.layout)
        learned = learned - gradient.numpy()

    assert exposed[0] < 5
    assert exposed[-1] > 8


def test_an_update_in_the_clear_tells_what_it_was_learned_from_and_a_masked_one_does_not(
    devices: Devices, reader: Reader, vocabulary: Vocabulary
) -> None:
    texts = {
        name: [Text(number, letters(100 * place + number)) for number in range(16)]
        for place, name in enumerate(("a", "b", "c"))
    }
    inside, outside = halves(vocabulary, texts["a"], 10_000)
    learned = {**texts, "a": inside}
    updates = {name: devices.update(some) for name, some in learned.items()}
    _, masked = devices.hold_round(updates)
    attack = attacker(devices, reader)
    steps = [
        [attack.step([0, *vocabulary.encode(one.text).ids]) for one in side]
        for side in (inside, outside)
    ]

    def told(seen: Vector) -> float:
        return auc(*([likeness(step, seen) for step in side] for side in steps))

    assert told(updates["a"]) > 0.8
    limit = 5 / math.sqrt(devices.layout.size)
    assert abs(likeness(masked["a"], updates["a"])) < limit
    assert all(abs(likeness(step, masked["a"])) < limit for side in steps for step in side)


def test_a_text_is_rebuilt_from_one_step_and_not_from_its_mask(
    devices: Devices, reader: Reader
) -> None:
    attack = attacker(devices, reader)
    written = [0, 30, 31, 45, 52, 40, 41, 60]
    seen = {"clear": attack.step(written), "nothing": of_one(devices, 1)}

    guessed = attack.guessed(written, 2, 16, seen)

    assert guessed["clear"] > 0.6
    assert guessed["nothing"] < 0.4


def test_auc_counts_pairs() -> None:
    assert auc([3.0, 1.0], [2.0, 0.0]) == 0.75
    assert auc([1.0], [1.0]) == 0.5


def test_halves_are_every_other_text_as_far_as_a_round_goes(vocabulary: Vocabulary) -> None:
    texts = [Text(number, "aeiou" * 4) for number in range(10)]

    inside, outside = halves(vocabulary, texts, 3 * 21)

    assert [one.number for one in inside] == [0, 2, 4]
    assert [one.number for one in outside] == [1, 3, 5]


def test_an_update_is_made_once(devices: Devices) -> None:
    texts = [Text(0, vowels(3, 300))]
    told: list[None] = []
    devices.on_update = lambda: told.append(None)

    first = devices.update(texts)
    again = Devices(devices.base, devices.kept, strategy=devices.strategy).update(texts)

    assert np.allclose(first, again)
    assert told == [None]


def test_clipping_the_look_at_the_sum_and_the_median_each_stop_what_they_are_for(
    devices: Devices,
) -> None:
    """Eighteen agree, and two want the opposite."""
    wanted = of_one(devices, 0)
    good = {f"good {number}": wanted for number in range(18)}
    attack = poison.Round(devices, {"x": -wanted, "y": -wanted}, good)

    found: dict[str, object] = {}
    for arm in poison.ARMS:
        after, length = attack.version(arm)
        moved = likeness(devices.layout.flat(after.tensors), wanted) if after else None
        found[arm.name.replace("changed program, ", "")] = (moved, length)

    assert found["PLM as it is, one sum"] == (pytest.approx(1), 1)
    assert found["20 norms, one sum"] == (None, 20)
    assert found["20 norms, median of 5"] == (pytest.approx(1), 20)
    # 20 norms and no more: 18 there, 2 · 19 back. In a group of four: 3 there, 7 back.
    assert found["what passes, one sum"] == (pytest.approx(-1), 19)
    assert found["what passes, median of 5"] == (pytest.approx(1), 7)


def test_flipped_texts_have_the_same_words_in_another_order() -> None:
    [flipped] = poison.flipped([Text(7, "one two three four five six")], seed=1)

    assert flipped.number == 7
    assert flipped.text != "one two three four five six"
    assert sorted(flipped.text.split()) == ["five", "four", "one", "six", "three", "two"]


def test_what_is_no_direction_is_like_nothing() -> None:
    assert inversion.likeness(np.zeros(3), np.ones(3)) == 0.0
