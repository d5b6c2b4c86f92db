"""The operator's page as HTML. It holds no script and loads nothing."""

from __future__ import annotations

import base64
import hashlib
import string
from datetime import UTC, datetime
from html import escape
from importlib import resources

from federation.coordinator.overview import Listed, Overview, Privacy
from federation.coordinator.page.chart import Point, chart

_SHOWN_ROUNDS = 12
_STYLE = (resources.files(__package__) / "style.css").read_text("utf-8")
_PAGE = string.Template((resources.files(__package__) / "page.html").read_text("utf-8"))
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing but the style that is in the page."""


def rendered(said: Overview) -> str:
    """One moment's page."""
    return _PAGE.substitute(
        name=escape(said.name),
        style=_STYLE,
        state="up" if said.live and said.live.superlink_is_up else "down",
        stands=_stands(said),
        figures=_figures(said),
        quality=_quality(said),
        chart=chart(_points(said)),
        privacy=_privacy(said),
        rounds=_rounds(said),
    )


def _stands(said: Overview) -> str:
    if said.live is None or not said.live.superlink_is_up:
        return "The SuperLink does not answer; it is being started again"
    missing = said.cohort - said.live.ready
    if missing > 0:
        return f"Waiting for {missing} more {_plural(missing, 'device')} to be ready"
    return "Enough devices are ready for a round"


def _figures(said: Overview) -> str:
    live = said.live
    return "\n".join(
        (
            _figure("Online", str(live.online if live else 0), "at the last look"),
            _figure("Ready", str(live.ready if live else 0), f"of {said.cohort} for a round"),
            _figure("Enrolled", f"{said.enrolled:,}", _plural(said.enrolled, "device")),
            _figure("Release", str(said.version), f"{escape(said.strategy)}, epoch {said.epoch}"),
        )
    )


def _figure(name: str, value: str, about: str) -> str:
    return f"<div><dt>{name}</dt><dd>{value} <small>{about}</small></dd></div>"


def _points(said: Overview) -> list[Point]:
    held = [one.held for one in reversed(said.rounds) if one.held.version >= 0]
    return [(one.version, one.bits_per_char) for one in held]


def _quality(said: Overview) -> str:
    points = _points(said)
    if not points:
        return "Nothing is published yet beyond the first release, which changes nothing."
    version, value = points[-1]
    return (
        f"Version {version} needs {value:.3f} bits for a character of public text that nobody in "
        "the community wrote. Less is better."
    )


def _privacy(said: Overview) -> str:
    privacy = said.privacy
    if not privacy.rounds:
        return "No round was held yet, so nothing was sent."
    rounds = "the one round" if privacy.rounds == 1 else f"all {privacy.rounds:,} rounds"
    return (
        f"What PLM tells somebody who took part in {rounds}: "
        f"<q>{escape(privacy.in_words)}</q> ({_epsilon(privacy)})"
    )


def _rounds(said: Overview) -> str:
    if not said.rounds:
        return '<p class="quiet">None yet. A round begins when enough devices are ready.</p>'
    rows = "\n".join(_row(one) for one in said.rounds[:_SHOWN_ROUNDS])
    return f"""<div class="wide" tabindex="0" role="region" aria-label="Rounds">
<table>
<thead><tr><th scope="col">When (UTC)</th><th scope="col" class="number">Devices</th>
<th scope="col" class="number">Bits per character</th><th scope="col" class="number">Refused</th>
<th scope="col" class="number">ε so far</th><th scope="col" class="number">Version</th>
<th scope="col">What came of it</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>"""


def _row(one: Listed) -> str:
    held = one.held
    at = datetime.fromtimestamp(held.at, UTC)
    return (
        f'<tr><td><time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at:%d %b %H:%M}</time></td>'
        f'<td class="number">{held.devices}</td>'
        f'<td class="number">{held.bits_per_char:.4f}</td>'
        f'<td class="number">{max(0.0, held.refused_release):.0%}</td>'
        f'<td class="number">{_figure_of(one.epsilon)}</td>'
        f'<td class="number">{held.version if held.version >= 0 else "none"}</td>'
        f'<td class="{"good" if held.verdict == "published" else ""}">{escape(held.verdict)}</td>'
        "</tr>"
    )


def _epsilon(privacy: Privacy) -> str:
    if privacy.epsilon is None:
        return "no finite ε"
    return f"ε = {_figure_of(privacy.epsilon)}, δ = one in {1 / privacy.delta:,.0f}"


def _figure_of(value: float | None) -> str:
    return "∞" if value is None else f"{value:,.1f}"


def _plural(count: int, what: str) -> str:
    return what if count == 1 else what + "s"
