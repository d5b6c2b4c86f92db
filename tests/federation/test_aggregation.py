"""What is averaged, stepped and written anew is what the formulas say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.aggregation.means import Sum, mean, robust_mean
from federation.aggregation.outer import Nesterov
from federation.aggregation.refactorise import refactorise
from federation.layout import Layout, LayoutError

A, B = "q_proj.lora_A.weight", "q_proj.lora_B.weight"
SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(1, 12), st.integers(1, 8))
def test_the_mean_of_b_times_a_is_the_mean_of_the_products(
    seed: int, devices: int, rank: int
) -> None:
    random = np.random.default_rng(seed)
    a = random.normal(size=(rank, 20))
    updates = random.normal(size=(devices, 15, rank)).astype(np.float32)
    layout = Layout(((B, (15, rank)),))
    vectors = np.stack([layout.flat({B: update}) for update in updates])
    cut = devices // 2
    sums = [Sum(some.sum(axis=0), len(some)) for some in (vectors[:cut], vectors[cut:])]

    aggregate = mean(sums).reshape(15, rank) @ a

    exact = np.mean([update @ a for update in updates], axis=0)
    assert np.linalg.norm(aggregate - exact) / np.linalg.norm(exact) < 1e-6


def test_no_update_has_no_mean() -> None:
    with pytest.raises(ValueError, match="no update"):
        mean([])


def test_one_spoiled_group_of_three_does_not_move_the_median_beyond_the_others() -> None:
    honest = [Sum(np.array([2.0, -4.0]), 2), Sum(np.array([6.0, 0.0]), 2)]
    spoiled = Sum(np.array([1e9, -1e9]), 2)

    assert robust_mean([*honest, spoiled]).tolist() == [3.0, -2.0]


def test_of_two_groups_the_plain_mean_is_taken() -> None:
    sums = [Sum(np.array([2.0]), 1), Sum(np.array([4.0]), 3)]

    assert robust_mean(sums).tolist() == [1.5]


def test_two_nesterov_steps_computed_by_hand() -> None:
    outer = Nesterov(rate=0.5, momentum=0.8)

    velocity, first = outer.step(np.zeros(1), np.array([1.0]))
    assert velocity.tolist() == [1.0]
    assert first.tolist() == [pytest.approx(0.5 * (1 + 0.8 * 1.0))]

    velocity, second = outer.step(velocity, np.array([-1.0]))
    assert velocity.tolist() == [pytest.approx(0.8 - 1.0)]
    assert second.tolist() == [pytest.approx(0.5 * (-1 + 0.8 * -0.2))]


def test_without_momentum_the_outer_step_is_the_mean() -> None:
    _, step = Nesterov(rate=1.0, momentum=0.0).step(np.array([7.0]), np.array([3.0]))

    assert step.tolist() == [3.0]


@given(SEEDS, st.integers(1, 8))
def test_written_anew_the_products_stay_and_a_is_orthonormal(seed: int, rank: int) -> None:
    random = np.random.default_rng(seed)
    tensors = {
        A: random.normal(size=(rank, 30)).astype(np.float32),
        B: random.normal(size=(20, rank)).astype(np.float32),
    }
    velocity = {B: random.normal(size=(20, rank)).astype(np.float32)}

    new, [turned] = refactorise(tensors, [velocity])

    product, speed = tensors[B] @ tensors[A], velocity[B] @ tensors[A]
    assert np.linalg.norm(new[B] @ new[A] - product) / np.linalg.norm(product) < 1e-5
    assert np.linalg.norm(turned[B] @ new[A] - speed) / np.linalg.norm(speed) < 1e-5
    assert np.allclose(new[A] @ new[A].T, np.eye(rank), atol=1e-5)


def test_a_direction_that_is_not_used_yet_is_not_lost() -> None:
    random = np.random.default_rng(0)
    a = random.normal(size=(4, 30)).astype(np.float32)

    new, _ = refactorise({A: a, B: np.zeros((20, 4), np.float32)})

    assert not new[B].any()
    assert np.linalg.matrix_rank(np.vstack([a, new[A]])) == 4


@given(SEEDS)
def test_a_vector_of_tensors_gives_them_back(seed: int) -> None:
    random = np.random.default_rng(seed)
    tensors = {
        name: random.normal(size=shape).astype(np.float32)
        for name, shape in {"b": (3, 2), "a": (4,), "c": (1, 5)}.items()
    }
    layout = Layout.of(tensors, tensors)

    back = layout.shaped(layout.flat(tensors))

    assert back.keys() == tensors.keys()
    assert all(np.array_equal(back[name], tensors[name]) for name in tensors)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_no_number_does_not_become_a_vector(bad: float) -> None:
    layout = Layout((("a", (1,)),))

    with pytest.raises(LayoutError, match="finite"):
        layout.flat({"a": np.array([bad], np.float32)})


def test_another_shape_does_not_become_a_vector_nor_another_length_tensors() -> None:
    layout = Layout((("a", (2,)),))

    with pytest.raises(LayoutError):
        layout.flat({"a": np.zeros(3, np.float32)})
    with pytest.raises(LayoutError):
        layout.flat({})
    with pytest.raises(LayoutError):
        layout.shaped(np.zeros(3))
