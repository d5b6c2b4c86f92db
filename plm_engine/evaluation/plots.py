"""Plots as SVG that fits where it stands: in a page or as a picture, in the light or the dark."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from matplotlib import rc_context, style
from matplotlib.axes import Axes
from matplotlib.axis import Axis as AnyAxis
from matplotlib.axis import XAxis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

Points = Sequence[tuple[float, float]]

_INK, _EDGE = "#010101", "#010102"
_SERIES = ("#010103", "#010104", "#010105", "#010106")
_VARIABLES = {_INK: "ink", _EDGE: "edge"} | {
    one: f"series-{number}" for number, one in enumerate(_SERIES)
}
"""Colours that are drawn with, and the names by which the style sheet knows them."""
_STYLE = """
.plot { --ink: #5e5a53; --edge: #dcd7cc; font-family: system-ui, sans-serif;
  --series-0: #0f6b63; --series-1: #b4540a; --series-2: #5b4bb4; --series-3: #a12a5e; }
.plot * { stroke-linejoin: round; stroke-linecap: butt; }
@media (prefers-color-scheme: dark) {
  .plot { --ink: #a8a49b; --edge: #34373c;
    --series-0: #6cc5ba; --series-1: #f2a65e; --series-2: #a99df5; --series-3: #f08bb4; }
}
"""
_LOOK = {
    "svg.fonttype": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.edgecolor": _EDGE,
    "axes.labelcolor": _INK,
    "axes.labelsize": 10,
    "grid.color": _EDGE,
    "grid.linewidth": 0.6,
    "text.color": _INK,
    "xtick.color": _EDGE,
    "ytick.color": _EDGE,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
}
_SIZE = (4.6, 3.1)
_BINS = 36
_MARGIN = 1.05
_DENSE, _SPARSE, _WIDE = (1, 2, 5), (1,), 200
"""Where a decade has ticks, and from which ratio of the largest to the smallest value on few."""
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What one direction means."""

    label: str
    is_share: bool = False
    """Written in per cent."""
    from_zero: bool = False
    is_log: bool = False
    """A power law is a straight line where both are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series."""

    points: Points
    colour: int = 0
    """Of four."""
    is_thin: bool = False
    """One of many, behind what they have in common."""
    has_dots: bool = False
    is_dashed: bool = False
    """Of what was fitted or is said, where others were measured."""
    label: str = ""
    """In the legend, if there is any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A point with a name."""

    at: tuple[float, float]
    text: str
    is_strong: bool = False
    """The one that the plot is about."""


def curves(title: str, lines: Sequence[Line], x: Axis, y: Axis, marks: Sequence[Mark] = ()) -> str:
    """Lines, and points on them that are named. ``title`` is for who cannot see the plot."""
    with style.context(_LOOK, after_reset=True):
        figure = Figure(_SIZE, layout="constrained")
        axes = figure.subplots()
        for line in lines:
            _draw(axes, line)
        for mark in marks:
            _name(axes, mark)
        if any(line.label for line in lines):
            axes.legend(frameon=False, fontsize=9)
        _explain(axes.xaxis, x)
        _explain(axes.yaxis, y)
        axes.set_xlim(left=0 if x.from_zero else None)
        axes.set_ylim(bottom=0 if y.from_zero else None)
        return _svg(figure, title)


def histogram(title: str, values: Sequence[float], x: Axis, marks: dict[str, float]) -> str:
    """How often values above 0 occur, on a logarithmic scale; some of them named."""
    with style.context(_LOOK, after_reset=True):
        figure = Figure(_SIZE, layout="constrained")
        axes = figure.subplots()
        least, most = min(values) / _MARGIN, max(values) * _MARGIN
        edges = np.geomspace(least, most, _BINS + 1).tolist()
        weights = np.full(len(values), 1 / len(values))
        heights, _, _ = axes.hist(values, edges, weights=weights, color=_SERIES[0], alpha=0.6)
        top = float(np.max(heights))
        for place, (name, value) in enumerate(sorted(marks.items(), key=lambda mark: mark[1])):
            height = top * (1.06 + 0.1 * (len(marks) - place))
            axes.vlines(value, 0, height, color=_SERIES[1], linewidth=1.4)
            axes.annotate(
                f"{name}: {value:.0f}",
                (value, height),
                (5, 0),
                textcoords="offset points",
                color=_SERIES[1],
                fontsize=9,
                va="top",
            )
        axes.set_xscale("log")
        _tick_decades(axes.xaxis, _DENSE if most / least < _WIDE else _SPARSE)
        axes.grid(visible=False, axis="x")
        _explain(axes.xaxis, x)
        _explain(axes.yaxis, Axis(label="share", is_share=True))
        return _svg(figure, title)


def _draw(axes: Axes, line: Line) -> None:
    xs, ys = [x for x, _ in line.points], [y for _, y in line.points]
    dots = "o" if line.has_dots or len(xs) == 1 else ""
    axes.plot(
        xs,
        ys,
        color=_SERIES[line.colour],
        marker=dots,
        markersize=2.5 if line.is_thin else 4,
        linestyle="--" if line.is_dashed else "-",
        linewidth=0.8 if line.is_thin else 2,
        alpha=0.35 if line.is_thin else 1,
        label=line.label or "_",
    )


def _name(axes: Axes, mark: Mark) -> None:
    if mark.is_strong:
        axes.plot(*([place] for place in mark.at), "o", color=_SERIES[1], markersize=9)
    axes.annotate(
        mark.text,
        mark.at,
        (7, 6),
        textcoords="offset points",
        color=_SERIES[1] if mark.is_strong else _INK,
        fontsize=10 if mark.is_strong else 8,
    )


def _explain(axis: AnyAxis, meaning: Axis) -> None:
    axis.set_tick_params(length=0)
    axis.set_label_text(meaning.label)
    if meaning.is_log:
        _make_log(axis)
    if meaning.is_share:
        axis.set_major_formatter(FuncFormatter(lambda share, _: f"{share * 100:.3g} %"))


def _make_log(axis: AnyAxis) -> None:
    if isinstance(axis, XAxis):
        axis.axes.set_xscale("log")
    else:
        axis.axes.set_yscale("log")
    low, high = axis.get_view_interval()
    _tick_decades(axis, _DENSE if high / low < _WIDE else _SPARSE)


def _tick_decades(axis: AnyAxis, subs: Sequence[int]) -> None:
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.set_minor_locator(NullLocator())


def _svg(figure: Figure, title: str) -> str:
    """Without what differs from one time to the next, and without names that clash in a page."""
    written = io.StringIO()
    with rc_context({"svg.hashsalt": title}):
        figure.savefig(written, format="svg", transparent=True, metadata=_NO_METADATA)
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :].rstrip() + "\n"
    svg = svg.replace("<svg", f'<svg class="plot" role="img" aria-label="{escape(title)}"', 1)
    svg = re.sub(r"(<style[^>]*>).*?(</style>)", rf"\1{_STYLE}\2", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r' id="[\w.]+_\d+"', "", svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    for colour, name in _VARIABLES.items():
        svg = svg.replace(colour, f"var(--{name})")
    return svg
