"""What is counted of many authors, and kept of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from plm_engine.evaluation.curves import WINDOW, learning, mean_curve, trade_off
from plm_engine.evaluation.keystrokes import Tally
from plm_engine.evaluation.prequential import Score
from plm_engine.evaluation.results import Progress, report, total
from tests.engine.scores import history, score


def saved(one: Score) -> float:
    return one.tally(0.35).keystrokes_saved


def test_every_author_counts_the_same() -> None:
    numbers = report({"ada": total(history(10, 10, 10)), "bo": total(history(20))}, 0.2)
    assert numbers["mean"]["keystrokes_saved"] == pytest.approx(0.15)
    assert numbers["mean"]["documents"] == 4
    spread = numbers["spread"]["keystrokes_saved"]
    assert (spread["least"], spread["most"]) == pytest.approx((0.1, 0.2))
    assert spread["deviation"] == pytest.approx(0.0707, abs=1e-4)


def test_one_author_has_no_spread() -> None:
    assert report({"ada": score(10)}, 0.2)["spread"]["coverage"]["deviation"] == 0


def test_nothing_shown_is_not_wrong() -> None:
    silent = Score({0.2: Tally(chars=100, keys=100, words=20)}, documents=1)
    mean = report({"ada": score(10), "bo": silent}, 0.2)["mean"]
    assert mean["precision_shown"] == pytest.approx(0.5)
    assert mean["keystrokes_saved"] == pytest.approx(0.05)


def test_nobody_is_no_error() -> None:
    assert report({}, 0.2)["mean"]["keystrokes_saved"] == 0


def test_what_was_kept_is_what_was_scored(tmp_path: Path) -> None:
    file = tmp_path / "kept" / "ada.jsonl"
    fresh = history(3, 1, 4)
    progress = Progress(file)
    for number, one in fresh.items():
        progress.keep(number, one)
    with file.open("a") as lines:
        lines.write('[3, {"tallies": {"0.2"')  # a crash
    resumed = Progress(file)
    assert {number: resumed.done(number) for number in fresh} == fresh
    assert resumed.done(3) is None


def test_the_trade_off_has_a_point_for_each_threshold() -> None:
    points = trade_off({"ada": score(10), "bo": score(20)})
    assert list(points) == [0.2, 0.35, 0.5]
    assert [mean["keystrokes_saved"] for mean in points.values()] == pytest.approx(
        [0.15, 0.14, 0.13]
    )


def test_a_learning_curve_is_a_moving_window() -> None:
    points = learning(history(*range(1, 31), first=100), saved)
    assert len(points) == 30 - WINDOW + 1
    assert points[0] == pytest.approx((105, 0.05))  # texts that save 0 to 10 keys
    assert points[-1] == pytest.approx((124, 0.24))


def test_a_short_history_has_a_narrow_window() -> None:
    (first, second) = learning(history(1, 6), saved)
    assert first == (0, 0.0)
    assert second == pytest.approx((1, 0.05))
    assert learning({}, saved) == []


def test_the_mean_is_drawn_where_half_of_the_authors_are() -> None:
    curves = [[(0.0, 1.0), (1.0, 2.0)], [(0.0, 3.0)], [(0.0, 5.0), (2.0, 9.0)]]
    assert mean_curve(curves) == [(0.0, 3.0)]
    assert mean_curve([curves[0]]) == []
