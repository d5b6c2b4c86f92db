"""How a community stands, for its operator: counts and rounds, nothing of any one device."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from federation import release
from federation.coordinator.folder import Folder, Held
from federation.coordinator.roll import Roll
from federation.privacy.accounting import DELTA, Participation, epsilon, in_words

LISTED_ROUNDS = 100


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """What only the running coordinator knows."""

    online: int
    """Nodes that were heard of lately, at the last look."""
    ready: int
    """Of those, nodes with an update to give."""
    fruitless: int
    """Rounds since it was started of which no sum came."""
    letters: int
    """Questions on their way to nodes."""
    superlink_is_up: bool


class Privacy(msgspec.Struct, frozen=True, kw_only=True):
    """What the noise was worth to a device that was in so many rounds: in all of them."""

    rounds: int
    epsilon: float | None
    """None without noise: then nothing is promised."""
    delta: float
    in_words: str


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A round, and ε for a device that was in it and in all before it."""

    held: Held
    epsilon: float | None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Of a community."""

    name: str
    url: str
    strategy: str
    version: int
    """Of the newest release."""
    epoch: int
    enrolled: int
    """Nodes that ever were, as far as their certificates may still be good."""
    cohort: int
    """Devices that a round waits for."""
    groups: int
    noise_multiplier: float
    norm: float
    """The clipping norm of the next round."""
    live: Live | None
    """None where the coordinator does not run."""
    privacy: Privacy
    verdicts: dict[str, int]
    """How many rounds ended how: published, not published, taken back."""
    rounds: list[Listed]
    """The last hundred, the newest first."""


def overview(folder: Folder, live: Live | None) -> Overview:
    """Raises `FolderError`."""
    charter = folder.charter
    _, norm, newest = folder.stands()
    said, _ = release.read(newest)
    rounds = list(folder.rounds())
    with Roll.opened(folder.path) as roll:
        enrolled = len(roll)
    return Overview(
        name=charter.name,
        url=charter.url,
        strategy=charter.strategy,
        version=said.version,
        epoch=said.epoch,
        enrolled=enrolled,
        cohort=charter.cohort,
        groups=charter.groups,
        noise_multiplier=charter.noise_multiplier,
        norm=norm,
        live=live,
        privacy=_privacy(rounds),
        verdicts=dict(Counter(one.verdict.partition(":")[0] for one in rounds)),
        rounds=_listed(rounds),
    )


def _privacy(rounds: Sequence[Held]) -> Privacy:
    value = _epsilons(_participations(rounds), 1)[-1]
    return Privacy(
        rounds=len(rounds),
        epsilon=_finite(value),
        delta=DELTA,
        in_words=in_words(value) if rounds else "nothing was sent yet",
    )


def _listed(rounds: Sequence[Held]) -> list[Listed]:
    epsilons = _epsilons(_participations(rounds), LISTED_ROUNDS)
    newest = zip(reversed(rounds), reversed(epsilons), strict=False)
    listed = (Listed(held=held, epsilon=_finite(value)) for held, value in newest)
    return list(itertools.islice(listed, LISTED_ROUNDS))


def _participations(rounds: Sequence[Held]) -> tuple[Participation, ...]:
    return tuple(
        Participation(noise_multiplier=one.noise_multiplier, threshold=one.threshold)
        for one in rounds
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


@lru_cache(maxsize=4)
def _epsilons(rounds: tuple[Participation, ...], last: int) -> tuple[float, ...]:
    """After each of the last rounds."""
    counts = range(max(1, len(rounds) - last + 1), len(rounds) + 1)
    return tuple(epsilon(rounds[:count]) for count in counts) or (0.0,)
