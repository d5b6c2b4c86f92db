"""A community that is nobody's, for pictures of its operator's page."""

from __future__ import annotations

import math
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from federation.coordinator.folder import Charter, Folder, Held
from federation.coordinator.overview import Live, Overview, overview
from federation.strategies import STRATEGIES
from plm_engine.base.installed import InstalledBase

_ROUNDS = 24
_FIRST, _EVERY_S = 1_795_000_000, 2 * 86_400
_WORSE = 13
"""The round of which nothing is published."""


def invented(base: InstalledBase) -> Overview:
    """After two dozen rounds."""
    with TemporaryDirectory() as place:
        charter = Charter(
            name="Writers of Ghent",
            url="https://plm.example",
            strategy="fdlora",
            base=base.digest,
            cohort=40,
            noise_multiplier=0.0,
        )
        state = STRATEGIES[charter.strategy].begin(base.config, seed=0)
        folder = Folder.made(Path(place) / "community", charter, state)
        for number in range(_ROUNDS):
            folder.note(_held(number))
        live = Live(online=212, ready=27, fruitless=0, letters=3, superlink_is_up=True)
        said = overview(folder, live)
    return msgspec.structs.replace(said, enrolled=1_284, version=_ROUNDS - 1, epoch=2)


def _held(number: int) -> Held:
    is_worse = number == _WORSE
    quality = 1.0256 - 0.06 * (1 - math.exp(-number / 9)) + 0.0008 * math.sin(9 * number)
    return Held(
        at=_FIRST + number * _EVERY_S,
        version=-1 if is_worse else number + (number < _WORSE),
        devices=34 + number * 7 % 5,
        groups_left_out=0,
        norm=1.0,
        within_norm=0.72,
        refused_release=0.05 + number * 11 % 17 / 100,
        noise_multiplier=0.0,
        threshold=27,
        bits_per_char=1.047 if is_worse else quality,
        verdict="not published: it predicts public text worse" if is_worse else "published",
    )
