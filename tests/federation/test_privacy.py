"""No user counts for more than the norm; what is added up is as noisy as it says; ε is right."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.privacy.accounting import Participation, epsilon, in_words, skellam_excess
from federation.privacy.answers import (
    LENGTHENS,
    Answers,
    apart,
    uncertainty,
    with_answers,
)
from federation.privacy.clipping import NormFollows, clipped, is_within
from federation.privacy.mechanism import Mechanism, unpredictable

VECTORS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30).map(np.array)
NORMS = st.floats(1e-3, 1e3)


@given(VECTORS, NORMS)
def test_nothing_is_longer_than_the_norm_after_clipping(update: np.ndarray, norm: float) -> None:
    short = clipped(update, norm)

    assert np.linalg.norm(short) <= norm * (1 + 1e-9)
    if is_within(update, norm):
        assert np.array_equal(short, update)


def test_the_norm_comes_to_where_half_of_the_updates_are_within() -> None:
    lengths = np.random.default_rng(0).lognormal(mean=1.0, sigma=0.5, size=400)
    follows, norm = NormFollows(), 100.0

    for _ in range(200):
        norm = follows.next(norm, float(np.mean(lengths <= norm)))

    assert norm == pytest.approx(float(np.median(lengths)), rel=0.05)


def test_a_share_that_is_all_noise_moves_the_norm_by_no_more_than_a_step() -> None:
    follows = NormFollows(quantile=0.5, rate=0.2)

    assert follows.next(1.0, 1e9) == pytest.approx(math.exp(-0.1))
    assert follows.next(1.0, -1e9) == pytest.approx(math.exp(0.1))


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=20), NORMS)
def test_answers_can_be_counted_but_not_told_apart_from_sums(
    said: list[tuple[bool, bool]], norm: float
) -> None:
    update = np.array([0.25, -0.5]) * norm
    vectors = [
        with_answers(update, Answers(is_within_norm=a, refused_release=b), norm) for a, b in said
    ]

    total, shares = apart(np.sum(vectors, axis=0), len(said), norm)

    assert np.allclose(total, update * len(said))
    assert shares.within_norm == pytest.approx(np.mean([a for a, _ in said]), abs=1e-9)
    assert shares.refused_release == pytest.approx(np.mean([b for _, b in said]), abs=1e-9)


def test_with_its_answers_a_vector_is_as_long_as_is_accounted_for() -> None:
    longest = with_answers(
        np.array([3.0, 4.0]), Answers(is_within_norm=True, refused_release=False), norm=5.0
    )

    assert np.linalg.norm(longest) == pytest.approx(5.0 * LENGTHENS)


def test_with_noise_a_share_is_as_uncertain_as_it_says() -> None:
    random, devices, threshold, norm = np.random.default_rng(0), 12, 8, 3.0
    spread = 2.0 * LENGTHENS * norm * math.sqrt(devices / threshold)
    said = Answers(is_within_norm=True, refused_release=False)
    whole = with_answers(np.zeros(1), said, norm) * devices

    shares = [
        apart(whole + random.normal(scale=spread, size=3), devices, norm)[1].within_norm
        for _ in range(4_000)
    ]

    assert np.std(shares) == pytest.approx(uncertainty(2.0, devices, threshold), rel=0.05)


MECHANISMS = st.builds(
    lambda norm, z, size, threshold, more: Mechanism(
        norm=norm, noise_multiplier=z, size=size, devices=threshold + more, threshold=threshold
    ),
    norm=NORMS,
    z=st.sampled_from([0.0, 0.3, 1.0, 10.0]),
    size=st.integers(1, 2_000_000),
    threshold=st.integers(2, 700),
    more=st.integers(0, 300),
)


@given(MECHANISMS)
def test_the_sum_of_all_devices_fits_with_its_noise(mechanism: Mechanism) -> None:
    spread = math.sqrt(mechanism.share_variance * mechanism.devices)

    assert mechanism.devices * mechanism.sensitivity + 12 * spread < 2 ** (mechanism.bits - 1)
    assert mechanism.fixed_point.headroom >= 12 * spread


@given(MECHANISMS)
def test_noise_this_fine_is_worth_what_a_gaussian_is(mechanism: Mechanism) -> None:
    variance = mechanism.share_variance * mechanism.threshold
    for order in (2, 32, 1024):
        if variance:
            excess = skellam_excess(
                order, variance=variance, longest=mechanism.sensitivity, size=mechanism.size
            )
            assert excess < 1e-3


@given(MECHANISMS.filter(lambda one: one.size < 10_000), st.integers(0, 2**32 - 1))
def test_a_sum_is_exact_to_half_a_unit_a_device_without_noise(
    mechanism: Mechanism, seed: int
) -> None:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(3, mechanism.size + 2)) * mechanism.norm / 1_000
    points = mechanism.fixed_point

    numbers = [points.encode(one) for one in vectors]
    total = points.decode(np.sum(numbers, axis=0, dtype=np.uint32))

    assert np.abs(total - vectors.sum(axis=0)).max() <= 3 * mechanism.unit / 2 * (1 + 1e-9)


@pytest.mark.parametrize("noise_multiplier", [0.3, 1.0])
def test_shares_of_as_many_devices_as_the_threshold_are_the_whole_noise(
    noise_multiplier: float,
) -> None:
    mechanism = Mechanism(
        norm=2.0, noise_multiplier=noise_multiplier, size=50_000, devices=8, threshold=5
    )
    random = np.random.default_rng(0)
    nothing = np.zeros(mechanism.size, np.int64)

    total = sum(mechanism.add_noise(nothing, random) for _ in range(mechanism.threshold))

    spread = float(np.std(np.asarray(total))) * mechanism.unit
    assert spread == pytest.approx(noise_multiplier * 2.0 * LENGTHENS, rel=0.02)
    assert abs(float(np.mean(total))) < 5 * np.std(total) / math.sqrt(mechanism.size)


def test_noise_is_another_each_time() -> None:
    assert unpredictable().integers(2**62) != unpredictable().integers(2**62)


def a_round(noise_multiplier: float, threshold: int = 10) -> Participation:
    return Participation(noise_multiplier=noise_multiplier, threshold=threshold)


def test_epsilon_of_one_round_is_that_of_the_gaussian_mechanism() -> None:
    # Balle and Wang's exact value, checked against the definition.
    found = epsilon([a_round(1.0)], delta=1e-6)

    delta = _normal(0.5 - found) - math.exp(found) * _normal(-0.5 - found)
    assert delta == pytest.approx(1e-6, rel=1e-4)


def _normal(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2))


def test_four_rounds_are_worth_one_with_half_the_noise() -> None:
    assert epsilon([a_round(2.0)] * 4) == pytest.approx(epsilon([a_round(1.0)]))


def test_a_reference_accountant_never_says_less_than_ours_and_not_much_more() -> None:
    import dp_accounting
    from dp_accounting import rdp

    for z, rounds in ((1.0, 1), (2.0, 25), (5.0, 100)):
        accountant = rdp.RdpAccountant()
        event = dp_accounting.GaussianDpEvent(z)
        accountant.compose(dp_accounting.SelfComposedDpEvent(event, rounds))
        ours = epsilon([a_round(z)] * rounds)
        assert ours <= accountant.get_epsilon(1e-6) <= 1.2 * ours


def test_who_is_dishonest_takes_their_noise_away() -> None:
    assert epsilon([a_round(2.0, 10)], dishonest=5) == pytest.approx(
        epsilon([a_round(math.sqrt(2.0), 10)])
    )
    assert epsilon([a_round(2.0, 10)], dishonest=10) == math.inf


def test_no_round_tells_nothing_and_no_noise_promises_nothing() -> None:
    assert epsilon([]) == 0.0
    assert epsilon([a_round(1.0), a_round(0.0)]) == math.inf


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0.1, "strong"),
        (1.0, "moderate"),
        (5.0, "weak"),
        (50.0, "next to none"),
        (5e3, "next"),
        (math.inf, "no"),
    ],
)
def test_what_it_means_is_said_plainly(value: float, word: str) -> None:
    assert in_words(value).startswith(word)
