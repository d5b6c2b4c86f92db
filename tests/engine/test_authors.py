"""A study of several authors that may be interrupted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from plm_engine.base import InstalledBase
from plm_engine.evaluation.authors import Study, replay_authors
from plm_engine.evaluation.prequential import History, Setting

TEXTS = {
    "ada": ["the would the would", "would the would", "the would"],
    "bo": ["would would would the", "the the would"],
}


def without_times(histories: dict[str, History]) -> dict[str, History]:
    return {
        author: {number: replace(score, latencies_ms=()) for number, score in history.items()}
        for author, history in histories.items()
    }


def test_an_interrupted_study_ends_like_any_other(tiny_base: InstalledBase, tmp_path: Path) -> None:
    study = Study(
        base=tiny_base, setting=Setting(thresholds=(0.2, 0.5)), judged=2, kept=tmp_path / "kept"
    )
    told: list[str] = []
    fresh = replay_authors(study, TEXTS, on_done=told.append)
    assert {author: list(history) for author, history in fresh.items()} == {
        "ada": [1, 2],
        "bo": [0, 1],
    }
    assert told == ["ada", "ada", "bo", "bo"]
    for file in study.kept.iterdir():
        file.write_text(file.read_text().splitlines()[0] + "\n")
    resumed = replay_authors(study, TEXTS)
    assert without_times(resumed) == without_times(fresh)
    assert [resumed["ada"][1], resumed["bo"][0]] == [fresh["ada"][1], fresh["bo"][0]]
    assert all(score.tallies.keys() == {0.2, 0.5} for score in fresh["ada"].values())
