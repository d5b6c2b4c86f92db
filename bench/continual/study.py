"""Which authors, and where what is found of them is kept."""

from __future__ import annotations

from itertools import zip_longest

from rich.progress import Progress

from bench.author_study import OnStep, Study
from bench.continual.author import LEARNED_OF_THE_FIRST, Author, Findings
from bench.continual.weeks import MOST_A_WEEK, WEEKS, Weeks, eight_weeks
from bench.study_data import FILES, GUARD, authors
from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.completion.engine import CompletionEngine
from plm_engine.learning import judging, recipes, selection

AUTHORS = 3
GENERAL_TEXTS = 40
"""Of general English that no decision looks at."""
_GENERAL_CHARS = (200, 600)


def measure(progress: Progress) -> list[Findings]:
    """Raises what an author's process raises."""
    ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    ways = (
        recipes.WINDOW,
        recipes.ADAPTER,
        judging.TYPED_CHARS,
        judging.MOST_GENERAL_LOSS,
        selection.MOST_CHARS,
        selection.HELD_OUT_SHARE,
        LEARNED_OF_THE_FIRST,
        MOST_A_WEEK,
        GENERAL_TEXTS,
    )
    study = Study(
        name="continual",
        work=_study,
        steps=WEEKS,
        ways=ways,
        kind=Findings,
    )
    return study.run(_test_authors(), progress)


def _test_authors() -> dict[str, Weeks]:
    """The collections in turn; of each, authors first who wrote eight weeks without a pause."""
    piles = [_with_weeks(name) for name in FILES]
    turns = [one for turn in zip_longest(*piles) for one in turn if one]
    return dict(turns[:AUTHORS])


def _with_weeks(collection: str) -> list[tuple[str, Weeks]]:
    found = [
        (author[0].author, weeks)
        for author in authors(collection, "test")
        if (weeks := eight_weeks(author))
    ]
    return sorted(found, key=lambda one: not one[1].are_of_the_calendar)


def _study(weeks: Weeks, on_week: OnStep) -> Findings:
    base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
    engine = CompletionEngine.open(base, threads=1)
    return Author(base, engine, weeks, _general_english()).study(on_week)


def _general_english() -> list[str]:
    """Texts of some length, from all over the collection."""
    least, most = _GENERAL_CHARS
    texts = [
        document.text
        for author in authors(GUARD, "all")
        for document in author
        if least <= len(document.text) <= most
    ]
    return texts[:: max(1, len(texts) // GENERAL_TEXTS)][:GENERAL_TEXTS]
