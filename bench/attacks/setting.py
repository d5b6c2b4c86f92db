"""Twenty real authors, the base model, and what everybody may know: where all attacks begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.attacks import canary, inversion
from bench.attacks.canary import Canary
from bench.attacks.cohort import Devices
from bench.attacks.judging import Gates
from bench.attacks.reader import Reader
from bench.author_study import OnStep
from daemon import paths
from federation.layout import Vector
from federation.simulation.community import Author, members
from plm_engine.base import ensure_base
from plm_engine.completion.engine import CompletionEngine
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.learning import recipes
from plm_engine.learning.job import Text

SEED = 0
DEVICES = 20
FEW = 5
"""Devices that share a canary."""
LITTLE, LITTLE_CHARS = range(5, 18), 450
"""Places of devices whose users wrote little: of their authors only the newest characters. All fit
into one window, which is then learned from in every step."""
BAD = 2
"""A tenth."""
JUDGES = 3
"""Honest authors who judge versions."""
GROUPS = 5
PATIENT_STEPS = 96
"""Of a program that learns for longer than PLM does, twelve rounds' worth."""
NOISES = (0.1, 1.0)
"""Multipliers."""

Texts = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Setting:
    """Of one study."""

    devices: Devices
    reader: Reader
    vocabulary: Vocabulary
    gates: Gates
    who: Sequence[Author]

    @classmethod
    def of(cls, texts: Texts, on_step: OnStep) -> Setting:
        base = ensure_base(paths.cache_dir(), lambda _stage, _fraction: None)
        engine = CompletionEngine.open(base, threads=1)
        devices = Devices(base, paths.cache_dir() / "bench-attacks", on_step)
        who = members(texts)
        gates = Gates(base, engine, who[BAD : BAD + JUDGES])
        return cls(devices, Reader(base), engine.vocabulary, gates, who)

    def halves(self, member: Author) -> tuple[list[Text], list[Text]]:
        """What a device learns from in one round, all of it, and what it does not."""
        return inversion.halves(self.vocabulary, member.texts, self.window_tokens)

    @property
    def window_tokens(self) -> int:
        """That a device learns from in one round."""
        local = self.devices.strategy.local
        return local.steps * local.batch * (recipes.WINDOW - 1)

    def honest(self) -> dict[str, Vector]:
        """Everybody's updates; the canaries that are in them are the same for all three attacks."""
        chosen = canary.canaries(DEVICES, FEW, SEED)
        return {
            member.name: self.devices.update(with_canaries(member, place, chosen))
            for place, member in enumerate(self.who)
        }


def with_canaries(member: Author, place: int, chosen: Sequence[Canary]) -> list[Text]:
    sentences = [one.sentence for one in chosen if place in one.owners]
    texts = member.texts
    if place in LITTLE:
        texts = [Text(0, "\n\n".join(one.text for one in texts)[-LITTLE_CHARS:])]
    return canary.planted(texts, sentences)
