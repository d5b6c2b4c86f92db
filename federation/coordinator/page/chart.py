"""Quality over versions as a small drawing (SVG) that takes its colours from the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[int, float]
"""A version, and bits per character of the public text."""

_WIDTH, _HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 708, 16, 188
_LINES = 4
_LEAST_SPAN = 0.002
"""In bits per character: smaller changes are not made to look large."""


def chart(points: Sequence[Point]) -> str:
    """Empty where there is nothing to draw yet."""
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    low, high, step = _scale([value for _, value in points])
    first, last = points[0][0], points[-1][0]

    def x(version: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (version - first) / max(1, last - first)

    def y(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (value - low) / (high - low)

    places = [(x(version), y(value)) for version, value in points]
    return "".join(
        (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{_told(points)}">',
            *(_grid(y(value), _figure(value, step)) for value in _ticks(low, high, step)),
            _label(_LEFT, "start", f"version {first}"),
            _label(_RIGHT, "end", f"version {last}"),
            f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in places)}"/>',
            *(_dot(*place, *point) for place, point in zip(places, points, strict=True)),
            "</svg>",
        )
    )


def _scale(values: Sequence[float]) -> tuple[float, float, float]:
    """Lowest and highest value of the axis, and a round step between its lines."""
    low, high = min(values), max(values)
    rough = max(high - low, _LEAST_SPAN) / (_LINES - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough)
    bottom = math.floor(low / step) * step
    top = max(math.ceil(high / step) * step, bottom + step)
    return bottom, top, step


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [low + number * step for number in range(round((high - low) / step) + 1)]


def _figure(value: float, step: float) -> str:
    return f"{value:.{max(0, -math.floor(math.log10(step)))}f}"


def _grid(y: float, figure: str) -> str:
    return (
        f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{figure}</text>'
    )


def _label(x: float, anchor: str, text: str) -> str:
    return f'<text x="{x}" y="{_BOTTOM + 22}" text-anchor="{anchor}">{text}</text>'


def _dot(x: float, y: float, version: int, value: float) -> str:
    title = f"version {version}: {value:.4f} bits per character"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"><title>{title}</title></circle>'


def _told(points: Sequence[Point]) -> str:
    (first, before), (last, after) = points[0], points[-1]
    return (
        f"Bits per character of public text: {before:.4f} at version {first}, "
        f"{after:.4f} at version {last}"
    )
