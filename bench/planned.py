"""A course as it is planned on a user's machine, for studies of many authors."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from plm_engine.base.installed import InstalledBase
from plm_engine.completion.language import LanguageGuard
from plm_engine.learning.course import Course
from plm_engine.learning.job import Job, Part, Text
from plm_engine.learning.selection import MOST_CHARS, Selection, select


def selection(part: Part, written: Sequence[Text], learned: Collection[int]) -> Selection | None:
    """Which of an author's texts are learned, and which judge; None if there is too little."""
    return select(written, learned, most_chars=MOST_CHARS[part], reads=LanguageGuard().knows)


def course(base: InstalledBase, part: Part, chosen: Selection, current: bytes = b"") -> Course:
    """From these texts, on top of the version in use."""
    job = Job(
        cache=str(base.folder.parents[1]),
        base=base.name,
        part=part,
        texts=chosen.texts,
        earlier=chosen.earlier,
        held_out=chosen.held_out,
        current=current,
    )
    return Course.of(job, lambda _event: None)
