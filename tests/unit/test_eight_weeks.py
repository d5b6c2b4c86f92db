"""Which texts make an author's weeks in the study of learning week by week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bench.continual.weeks import LEAST_A_WEEK, MOST_A_WEEK, WEEKS, eight_weeks
from plm_engine.evaluation.study import Document

START = datetime(2020, 1, 1, tzinfo=UTC)


def written(*hours: int) -> list[Document]:
    """Texts that were written so many hours after the start."""
    return [
        Document("u1", (START + timedelta(hours=hour)).isoformat(), f"text {hour}")
        for hour in hours
    ]


def test_calendar_weeks_are_taken_where_there_are_eight() -> None:
    a_text_every_twelve_hours = written(*range(0, 24 * 7 * 9, 12))
    weeks = eight_weeks(a_text_every_twelve_hours)
    assert weeks is not None
    assert weeks.are_of_the_calendar
    assert len(weeks.learned) == len(weeks.unseen) == WEEKS
    for learned, unseen in zip(weeks.learned, weeks.unseen, strict=True):
        assert len(learned) + len(unseen) == 14
    last = max((*weeks.learned[-1], *weeks.unseen[-1]), key=lambda text: text.number)
    assert last.text == a_text_every_twelve_hours[-1].text


def test_the_newest_eight_weeks_without_a_pause_are_taken() -> None:
    a_week = 24 * 7
    early = written(*range(0, a_week * 8, 12))
    later = written(*range(a_week * 30, a_week * 33, 12))
    weeks = eight_weeks([*early, *later])
    assert weeks is not None
    assert weeks.are_of_the_calendar
    texts = {text.text for week in (*weeks.learned, *weeks.unseen) for text in week}
    assert texts <= {document.text for document in early}


def test_other_authors_have_equal_parts_of_their_newest_texts() -> None:
    rare = written(*range(0, 1_000 * 200, 1_000))
    weeks = eight_weeks(rare)
    assert weeks is not None
    assert not weeks.are_of_the_calendar
    numbers = [text.number for week in (*weeks.learned, *weeks.unseen) for text in week]
    assert sorted(numbers) == list(range(1, 1 + WEEKS * MOST_A_WEEK))
    assert weeks.learned[0][0].text == f"text {1_000 * (200 - WEEKS * MOST_A_WEEK)}"


def test_every_fifth_text_is_never_learned() -> None:
    weeks = eight_weeks(written(*range(0, 1_000 * 200, 1_000)))
    assert weeks is not None
    for learned, unseen in zip(weeks.learned, weeks.unseen, strict=True):
        assert not {text.text for text in learned} & {text.text for text in unseen}
        assert 4 * len(unseen) == len(learned)


def test_too_few_texts_are_no_eight_weeks() -> None:
    assert eight_weeks(written(*range(WEEKS * LEAST_A_WEEK - 1))) is None
