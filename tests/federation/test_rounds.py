"""A round's arithmetic from the devices' updates to the coordinator's mean, masks left out."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.privacy.clipping import clipped
from federation.rounds import Outcome, RoundTerms, contribution, outcome

SIZE = 40
TERMS = RoundTerms(
    release="r",
    layout="l",
    size=SIZE,
    norm=2.0,
    noise_multiplier=0.0,
    devices=10,
    threshold=7,
)
RANDOM = np.random.default_rng(0)


def summed(
    terms: RoundTerms, groups: list[list[np.ndarray]], refusing: int = 0
) -> list[tuple[np.ndarray, int]]:
    """Each group's sum, as unmasking leaves it; the first devices refuse the release."""
    numbers = iter(range(10_000))
    totals = []
    for group in groups:
        vectors = [
            contribution(terms, update, refused_release=next(numbers) < refusing, random=RANDOM)
            for update in group
        ]
        totals.append((np.asarray(np.sum(vectors, axis=0, dtype=np.uint32)), len(group)))
    return totals


def of(terms: RoundTerms, groups: list[list[np.ndarray]], refusing: int = 0) -> Outcome:
    found = outcome(terms, summed(terms, groups, refusing))
    assert found
    return found


@given(st.integers(0, 2**32 - 1), st.integers(1, 10))
def test_the_mean_is_that_of_the_clipped_updates(seed: int, devices: int) -> None:
    random = np.random.default_rng(seed)
    updates = [random.normal(size=SIZE) * random.uniform(0.01, 1) for _ in range(devices)]

    found = of(TERMS, [updates])

    mean = np.mean([clipped(update, TERMS.norm) for update in updates], axis=0)
    assert np.abs(found.mean - mean).max() <= TERMS.mechanism.unit
    assert found.devices == devices


def test_the_answers_are_counted() -> None:
    short, long = np.full(SIZE, 0.01), np.full(SIZE, 9.0)

    found = of(TERMS, [[short, short, short, long]], refusing=1)

    assert found.shares.within_norm == pytest.approx(0.75, abs=1e-3)
    assert found.shares.refused_release == pytest.approx(0.25, abs=1e-3)


def test_a_device_that_sends_garbage_spoils_one_of_three_groups_only() -> None:
    honest = [np.full(SIZE, 0.1)] * 4
    totals = summed(TERMS, [honest, honest, honest])
    garbage = RANDOM.integers(0, 2**32, TERMS.length, dtype=np.uint32)
    totals[1] = (totals[1][0] + garbage, totals[1][1])

    found = outcome(TERMS, totals)

    assert found
    assert found.left_out == 1
    assert np.allclose(found.mean, 0.1, atol=1e-3)


@pytest.mark.parametrize("answer", [0, 1], ids=["within the norm", "refused"])
@pytest.mark.parametrize("sign", [1, -1])
def test_answers_that_so_many_devices_cannot_have_given_spoil_their_sum(
    answer: int, sign: int
) -> None:
    honest = [np.full(SIZE, 0.1)] * 4
    totals = summed(TERMS, [honest])
    stuffed = np.zeros(TERMS.length, np.int64)
    stuffed[SIZE + answer] = sign * 2 * len(honest) * TERMS.norm / TERMS.mechanism.unit
    vote = TERMS.mechanism.fixed_point.wrap(stuffed)

    assert outcome(TERMS, [(totals[0][0] + vote, len(honest))]) is None


def test_who_stays_within_what_is_possible_is_outvoted() -> None:
    honest = [np.full(SIZE, 0.1)] * 4
    poisoned = [*honest[:3], np.full(SIZE, -2.0 / np.sqrt(SIZE))]

    found = of(TERMS, [honest, poisoned, honest])

    assert found.left_out == 0
    assert np.allclose(found.mean, 0.1, atol=1e-3)


def test_of_garbage_alone_nothing_is_made() -> None:
    garbage = RANDOM.integers(0, 2**32, TERMS.length, dtype=np.uint32)

    assert outcome(TERMS, [(garbage, 4)]) is None
    assert outcome(TERMS, []) is None


def test_an_honest_sum_is_not_taken_for_garbage_however_noisy() -> None:
    noisy = msgspec.structs.replace(TERMS, noise_multiplier=2.0, size=20_000)
    longest = np.full(noisy.size, 2.0 / np.sqrt(noisy.size))

    for _ in range(5):
        assert of(noisy, [[longest] * 10]).left_out == 0


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_update_that_is_no_number_is_never_sent(value: float) -> None:
    update = np.zeros(SIZE)
    update[3] = value

    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="finite"):
        contribution(TERMS, update, refused_release=False, random=RANDOM)


@pytest.mark.parametrize(
    "changed",
    [
        {"release": "other"},
        {"norm": 2.1},
        {"noise_multiplier": 0.1},
        {"threshold": 8},
        {"size": 41},
    ],
)
def test_whoever_agreed_to_other_terms_has_another_subject(changed: dict[str, object]) -> None:
    assert msgspec.structs.replace(TERMS, **changed).subject != TERMS.subject
