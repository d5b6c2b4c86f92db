"""What each editor was seen to do, as the tables in docs/editors.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "editors.md"
YES = "yes"
NOT_THERE = "-"


class Matrix:
    """Results by editor and behaviour; the document has a place for each matrix, by its name."""

    def __init__(self, name: str, editors: Sequence[str], behaviours: Sequence[str]) -> None:
        self._begin, self._end = f"<!-- {name} -->", f"<!-- /{name} -->"
        self._editors, self._behaviours = editors, behaviours
        self._seen: dict[tuple[str, str], str] = {}

    def note(self, editor: str, behaviour: str, seen: str) -> None:
        """One cell."""
        self._seen[editor, behaviour] = seen

    @property
    def is_complete(self) -> bool:
        """Whether every cell was noted."""
        return len(self._seen) == len(self._editors) * len(self._behaviours)

    def write(self) -> bool:
        """Bring the document up to date; whether it was not."""
        before = DOCS.read_text("utf-8")
        head, begin, rest = before.partition(self._begin)
        _, end, tail = rest.partition(self._end)
        assert begin and end, f"docs/editors.md has no place for {self._begin}"
        after = f"{head}{begin}\n\n{self._table()}\n\n{end}{tail}"
        DOCS.write_text(after, "utf-8")
        return after != before

    def _table(self) -> str:
        head = _row(["", *self._editors])
        line = _row(["---", *(":-:" for _ in self._editors)])
        rows = (
            _row([behaviour, *(self._seen[editor, behaviour] for editor in self._editors)])
            for behaviour in self._behaviours
        )
        return "\n".join([head, line, *rows])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")
