"""Real numbers survive being summed as integers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from federation.secure_sum.fixed_point import FixedPoint, FixedPointError, Reals

some_bits = st.sampled_from([32, 64])
MEMBERS, BOUND = 5, 4.0


def point(**said: float) -> FixedPoint:
    known: dict[str, float] = {"step": 1e-4, "bound": BOUND, "members": MEMBERS, "bits": 32}
    return FixedPoint(**(known | said))  # type: ignore[arg-type]


@given(
    arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, MEMBERS), st.integers(0, 20)),
        elements=st.floats(-BOUND, BOUND),
    ),
    some_bits,
    st.floats(1e-6, 1),
)
def test_a_sum_is_exact_to_half_a_step_for_each_member(
    given_values: Reals, bits: int, step: float
) -> None:
    fixed = point(bits=bits, step=step)
    total = sum((fixed.encode(values) for values in given_values), fixed.encode(np.zeros(1)))
    error = np.abs(fixed.decode(total) - given_values.sum(axis=0))
    assert (error <= len(given_values) * step / 2 * (1 + 1e-9) + 1e-12).all()


@given(st.lists(st.integers(-40_000, 40_000), max_size=20), some_bits)
def test_whole_steps_come_back_as_they_were(steps: list[int], bits: int) -> None:
    fixed = point(bits=bits)
    units = np.array(steps, np.int64)
    assert (fixed.decode(fixed.wrap(units)) == units * 1e-4).all()


def test_noise_is_added_to_units() -> None:
    fixed = point(headroom=1_000)
    noise = np.array([-1_000, 7])
    total = fixed.wrap(fixed.units(np.array([BOUND, -BOUND])) + noise)
    assert fixed.decode(total) == pytest.approx([3.9, -3.9993])


def test_float32_at_the_bound_fits() -> None:
    fixed = point(bound=0.1, step=1e-3)
    assert float(np.float32(0.1)) > 0.1
    assert (fixed.units(np.full(3, 0.1, np.float32)) == 100).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_not_encoded(value: float) -> None:
    with pytest.raises(FixedPointError, match="not a finite number"):
        point().encode(np.array([0.0, value]))


@pytest.mark.parametrize("value", [BOUND + 1e-3, -BOUND - 1e-3, 1e300])
def test_what_lies_beyond_the_bound_is_not_encoded(value: float) -> None:
    with pytest.raises(FixedPointError, match="beyond the bound"):
        point().encode(np.array([0.0, value]))


@given(st.integers(1, 2_000), st.integers(0, 2**33), some_bits)
def test_a_sum_that_could_overflow_is_refused_before_the_round(
    members: int, headroom: int, bits: int
) -> None:
    largest = members * 40_000 + headroom
    if largest < 2 ** (bits - 1):
        fixed = point(members=members, bits=bits, headroom=headroom)
        assert fixed.decode(fixed.wrap(np.array([-largest])))[0] == -largest * 1e-4
    else:
        with pytest.raises(FixedPointError, match="does not fit"):
            point(members=members, bits=bits, headroom=headroom)


@pytest.mark.parametrize(
    "said",
    [
        {"step": 0.0},
        {"step": -1.0},
        {"step": np.nan},
        {"bound": np.inf},
        {"bound": -1.0},
        {"members": 0},
        {"headroom": -1},
        {"bits": 64, "step": 1e-18},
        {"bits": 16},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(said: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"."):
        point(**said)
