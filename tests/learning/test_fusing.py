"""How strongly adapters speak is found without derivatives, in few trials."""

from __future__ import annotations

import pytest

from plm_engine.learning.fusing import MOST_TRIED, Weights, search_weights


@pytest.mark.parametrize("best", [0.3, 0.7, 1.2])
def test_the_weight_of_one_adapter_is_found(best: float) -> None:
    tried: list[Weights] = []

    def cost(weights: Weights) -> float:
        tried.append(weights)
        return (weights[0] - best) ** 2

    found = search_weights(cost, (1.0, 0.4), has_shared=False)
    assert found[0] == pytest.approx(best, abs=0.15)
    assert found[1] == 0.4
    assert len(tried) <= MOST_TRIED


def test_the_weights_of_two_come_nearer_to_the_best() -> None:
    def cost(weights: Weights) -> float:
        return (weights[0] - 0.6) ** 2 + (weights[1] - 0.5) ** 2

    assert cost(search_weights(cost, (1.0, 1.0), has_shared=True)) < cost((1.0, 1.0)) / 4


@pytest.mark.parametrize("slope", [-1.0, 1.0])
def test_no_weight_is_negative_or_beyond_measure(slope: float) -> None:
    def cost(weights: Weights) -> float:
        return slope * weights[0]

    own, _ = search_weights(cost, (1.0, 1.0), has_shared=False)
    assert 0 <= own <= 1.5
