"""Which authors, and where what is found of them is kept."""

from __future__ import annotations

from itertools import zip_longest

from rich.progress import Progress

from bench.author_study import OnStep, Study
from bench.personalisation.author import REPORTED, ROWS, STAGES, TYPED_CHARS, Author, Findings
from bench.study_data import FILES, authors
from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.completion.engine import CompletionEngine
from plm_engine.learning import judging, recipes

AUTHORS = 20
"""Of all test authors who wrote enough, the collections in turn."""

Texts = list[str]


def measure(progress: Progress) -> list[Findings]:
    """Raises what an author's process raises."""
    ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    ways = (
        recipes.WINDOW,
        recipes.PROMPT_TOKENS,
        recipes.PROMPT,
        recipes.ADAPTER,
        judging.TYPED_CHARS,
        TYPED_CHARS,
        REPORTED,
        STAGES,
    )
    study = Study(
        name="personalisation",
        work=_study,
        steps=ROWS,
        ways=ways,
        kind=Findings,
    )
    return study.run(_test_authors(), progress)


def _test_authors() -> dict[str, Texts]:
    """The last texts of each, in the order of time."""
    needed = STAGES[-1] + REPORTED
    piles = [[one for one in authors(name, "test") if len(one) >= needed] for name in FILES]
    turns = [author for turn in zip_longest(*piles) for author in turn if author]
    return {
        author[0].author: [document.text for document in author[-needed:]]
        for author in turns[:AUTHORS]
    }


def _study(texts: Texts, on_row: OnStep) -> Findings:
    base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    engine = CompletionEngine.open(base, threads=1)
    return Author(base, engine, texts).study(on_row)
