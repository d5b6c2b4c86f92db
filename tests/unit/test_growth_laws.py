"""How the costs of a secure sum grow: the law that is fitted to what was measured."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.secure_sum import fitted

DEVICES = (25, 50, 100, 200, 500, 1_000)
Cost = st.floats(0.01, 10)


@settings(deadline=None)
@given(Cost, Cost, Cost)
def test_a_law_is_found_in_its_own_points(fixed: float, each: float, pair: float) -> None:
    points = [(n, fixed + each * n + pair * n**2) for n in DEVICES]
    law = fitted(points, 2)
    assert [float(law(n)) for n, _ in points] == pytest.approx([cost for _, cost in points])


def test_no_cost_falls_as_a_cohort_grows() -> None:
    law = fitted([(1, 3.0), (2, 2.0), (4, 1.0)], 1)
    assert min(law.coef.tolist()) >= 0
