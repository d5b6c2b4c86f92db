"""One page that shows how good PLM is: no script, nothing to fetch, and not a word of any text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from plm_engine.evaluation.authors import fingerprint
from plm_engine.evaluation.curves import WINDOW, Measure, learning, mean_curve, trade_off
from plm_engine.evaluation.plots import Axis, Line, Mark, curves, histogram
from plm_engine.evaluation.prequential import History, Score
from plm_engine.evaluation.results import Metrics, report, total

_PAGE = Path(__file__).with_name("report.html")
_NAMED = (0.2, 0.4, 0.6, 0.8)
_NEAR = 0.06
"""Thresholds whose names would lie on each other."""
_NAME_LENGTH = 8
_LEAST_MS = 0.1
"""Quicker is as quick: a logarithmic scale has no 0."""

_SAVED = Axis(label="keystrokes saved", is_share=True, from_zero=True)
_RIGHT = Axis(label="right, of those shown", is_share=True)
_COVERED = Axis(label="words with a suggestion", is_share=True, from_zero=True)
_BITS = Axis(label="bits per character")
_KNOWN = Axis(label="texts known")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the page is about."""

    histories: dict[str, History]
    """By author."""
    threshold: float
    """The one in use, among those that were tried."""
    facts: dict[str, str]
    """How it was measured, for who wants to do it again."""


def page(found: Findings) -> str:
    """HTML that is XML as well."""
    scores = {
        fingerprint(author)[:_NAME_LENGTH]: total(history)
        for author, history in found.histories.items()
    }
    numbers = report(scores, found.threshold)
    tried = trade_off(scores)
    return Template(_PAGE.read_text("utf-8")).substitute(
        authors=_count(len(numbers["authors"]), "author"),
        documents=_count(numbers["mean"]["documents"], "text"),
        tiles=_tiles(numbers),
        trade_offs=_trade_offs(tried, found.threshold),
        thresholds=_thresholds(tried, found.threshold),
        learning=_learning(list(found.histories.values()), found.threshold),
        window=WINDOW,
        waiting=_waiting(scores.values(), numbers["mean"]["latency_ms"]),
        table=_authors(numbers),
        facts=_facts(found.facts),
    )


def _tiles(numbers: Metrics) -> str:
    mean, latency = numbers["mean"], numbers["mean"]["latency_ms"]
    shown = {
        "keystrokes_saved": ("keystrokes saved", _share),
        "precision_shown": ("right, of those shown", _share),
        "coverage": ("words with a suggestion", _share),
        "bits_per_char": ("bits per character", _bits),
    }
    tiles = [
        _tile(write(mean[name]), label, *_spread(numbers["spread"][name], write))
        for name, (label, write) in shown.items()
    ]
    medians = [row["latency_ms"]["p50"] for row in numbers["authors"].values()]
    quick = _tile(
        _ms(latency["p50"]),
        "to a suggestion, median",
        f"{_ms(latency['p95'])} for 95 %",
        f"{min(medians):.0f} to {_ms(max(medians))} by author",
    )
    return "\n".join([*tiles, quick])


def _tile(value: str, label: str, *more: str) -> str:
    lines = "".join(f"<span>{line}</span>" for line in more)
    return f'<div class="tile"><strong>{value}</strong>{label}{lines}</div>'


def _spread(spread: dict[str, float], write: Callable[[float], str]) -> tuple[str, str]:
    return f"± {write(spread['deviation'])}", f"{write(spread['least'])} to {write(spread['most'])}"


def _trade_offs(tried: dict[float, Metrics], used: float) -> str:
    def drawn(title: str, x: Axis, y: Axis, names: tuple[str, str]) -> str:
        points = {at: (mean[names[0]], mean[names[1]]) for at, mean in tried.items()}
        line = Line(points=list(points.values()), has_dots=True)
        named = [
            Mark(at=point, text=f"{at:g}", is_strong=at == used)
            for at, point in points.items()
            if at == used or (at in _NAMED and abs(at - used) > _NEAR)
        ]
        return _figure(title, curves(title, [line], x, y, named))

    return "\n".join(
        [
            drawn(
                "Right, by how often PLM speaks", _COVERED, _RIGHT, ("coverage", "precision_shown")
            ),
            drawn(
                "Saved, by how often PLM is right",
                _RIGHT,
                _SAVED,
                ("precision_shown", "keystrokes_saved"),
            ),
        ]
    )


def _learning(histories: Sequence[History], used: float) -> str:
    def drawn(title: str, y: Axis, measure: Measure, colour: int) -> str:
        each = [learning(history, measure) for history in histories]
        lines = [Line(points=points, colour=colour, is_thin=True) for points in each]
        mean = Line(points=mean_curve(each), colour=colour)
        return _figure(title, curves(title, [*lines, mean], _KNOWN, y))

    return "\n".join(
        [
            drawn("Keystrokes saved", _SAVED, lambda score: score.tally(used).keystrokes_saved, 0),
            drawn("Bits per character", _BITS, lambda score: score.surprise.bits_per_char, 2),
        ]
    )


def _waiting(scores: Iterable[Score], latency: dict[str, float]) -> str:
    values = [max(ms, _LEAST_MS) for score in scores for ms in score.latencies_ms]
    if not values:
        return ""
    marks = {"median": latency["p50"], "95 %": latency["p95"]}
    title = "Milliseconds to a suggestion"
    return _figure(title, histogram(title, values, Axis(label="milliseconds"), marks))


def _figure(title: str, svg: str) -> str:
    return f"<figure><h3>{title}</h3>\n{svg}</figure>"


def _thresholds(tried: dict[float, Metrics], used: float) -> str:
    rows = {f"{at:g}": mean for at, mean in tried.items()}
    return _table("threshold", rows, _SHARES, f"{used:g}")


def _authors(numbers: Metrics) -> str:
    authors: dict[str, Metrics] = numbers["authors"]
    best_first = sorted(authors.items(), key=lambda row: -row[1]["keystrokes_saved"])
    return _table("author", {"mean": numbers["mean"], **dict(best_first)}, _COLUMNS, "mean")


def _table(of: str, rows: dict[str, Metrics], columns: Columns, used: str = "") -> str:
    emphasis = ' class="used"'
    head = "".join(f"<th>{name}</th>" for name in (of, *columns))
    body = "\n".join(
        f"<tr{emphasis if name == used else ''}><td>{name}</td>"
        + "".join(f"<td>{write(row)}</td>" for write in columns.values())
        + "</tr>"
        for name, row in rows.items()
    )
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"


def _facts(facts: dict[str, str]) -> str:
    return "\n".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items()
    )


def _share(share: float) -> str:
    return f"{share * 100:.1f} %"


def _ms(ms: float) -> str:
    return f"{ms:.0f} ms"


def _bits(bits: float) -> str:
    return f"{bits:.3f}"


def _count(number: int, of: str) -> str:
    return f"{number:,} {of}" + "s" * (number != 1)


Columns = dict[str, Callable[[Metrics], str]]

_SHARES: Columns = {
    "keystrokes saved": lambda row: _share(row["keystrokes_saved"]),
    "right, of those shown": lambda row: _share(row["precision_shown"]),
    "words with a suggestion": lambda row: _share(row["coverage"]),
}
_COLUMNS: Columns = {
    **_SHARES,
    "bits per character": lambda row: _bits(row["bits_per_char"]),
    "texts": lambda row: str(row["documents"]),
    "ms, median": lambda row: f"{row['latency_ms']['p50']:.0f}",
    "ms, 95 %": lambda row: f"{row['latency_ms']['p95']:.0f}",
}
