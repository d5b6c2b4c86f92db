"""What each editor was seen to do, as the table in docs/editors.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "editors.md"
YES = "yes"
NOT_THERE = "one line"
_BEGIN, _END = "<!-- matrix -->", "<!-- /matrix -->"


class Matrix:
    """Results by editor and behaviour."""

    def __init__(self, editors: Sequence[str], behaviours: Sequence[str]) -> None:
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
        head, _, rest = before.partition(_BEGIN)
        _, _, tail = rest.partition(_END)
        after = f"{head}{_BEGIN}\n\n{self._table()}\n\n{_END}{tail}"
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
