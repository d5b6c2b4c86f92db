"""Rolling percentiles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.latency import KEPT, Latencies

times = st.lists(st.floats(0, 1e6), min_size=1, max_size=50)


@given(times, st.floats(0, 1))
def test_at_least_the_given_share_stayed_within(sample: list[float], share: float) -> None:
    latencies = Latencies()
    for ms in sample:
        latencies.add(ms)
    within = latencies.within(share)
    assert within in sample
    assert sum(ms <= within for ms in sample) >= share * len(sample) - 1e-9


def test_half_and_nearly_all_of_a_hundred() -> None:
    latencies = Latencies()
    for ms in range(100, 0, -1):
        latencies.add(ms)
    assert (latencies.within(0.5), latencies.within(0.95)) == (50, 95)


def test_old_latencies_are_forgotten() -> None:
    latencies = Latencies()
    latencies.add(10_000)
    for _ in range(KEPT):
        latencies.add(1)
    assert latencies.within(1.0) == 1


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_nothing_is_known_before_the_first(share: float) -> None:
    assert Latencies().within(share) is None
