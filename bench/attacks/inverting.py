"""What can be told of texts from everything that the coordinator sees of a round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import eq
from statistics import fmean

import msgspec

from bench.attacks import inversion
from bench.attacks.cohort import Devices
from bench.attacks.setting import BAD, NOISES, Setting, Texts
from bench.author_study import OnStep
from federation.layout import Vector
from federation.simulation.community import Author
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.learning import recipes
from plm_engine.learning.job import Text

VICTIMS = 2
CANDIDATES = 10
"""Texts that a victim learned from, and as many that it did not."""
CANDIDATE_CHARS = (100, 1_000)
BEGINNINGS = 2
"""Of texts of each victim that are rebuilt."""
GUESSED, KNOWN, BREADTH = 14, 4, 16
"""Tokens of a beginning, how many of them the attacker has, and how long the list is."""


class Inverted(msgspec.Struct, frozen=True, kw_only=True):
    """By what is seen."""

    aucs: dict[str, list[float]]
    """One a victim."""
    guessed: dict[str, list[float]]
    """Share of tokens, one a text."""
    likeliest: list[float]
    """Share of tokens that the language model alone guesses."""


def invert(texts: Texts, on_step: OnStep) -> Inverted:
    """Both attackers on everything that can be seen."""
    bench = Setting.of(texts, on_step)
    start = bench.devices.state.tensors
    attacker = inversion.Attacker(bench.reader, start, bench.devices.layout)
    victims = bench.who[BAD : BAD + VICTIMS]
    halves = {one.name: bench.halves(one) for one in victims}
    updates = bench.honest()
    updates |= {name: bench.devices.update(inside) for name, (inside, _) in halves.items()}
    seen = _Seen.of(bench.devices, updates)
    aucs: dict[str, list[float]] = {}
    for name, sides in halves.items():
        inside, outside = (_scores(bench, attacker, side, seen.of_device(name)) for side in sides)
        for what in inside:
            aucs.setdefault(what, []).append(inversion.auc(inside[what], outside[what]))
        on_step()
    guessed, likeliest = _guessed(bench, attacker, updates, on_step)
    return Inverted(aucs=aucs, guessed=guessed, likeliest=likeliest)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What can be seen of one round, by what it is."""

    clear: dict[str, Vector]
    masked: dict[str, Vector]
    sums: dict[str, Vector]

    @classmethod
    def of(cls, devices: Devices, updates: dict[str, Vector]) -> _Seen:
        quiet, masked = devices.hold_round(updates)
        sums = {f"the sum of {len(updates)}": quiet.mean}
        for noise in NOISES:
            noisy, _ = devices.hold_round(updates, noise=noise)
            sums[f"the sum of {len(updates)}, noise {noise:g}"] = noisy.mean
        return cls(updates, masked, sums)

    def of_device(self, name: str) -> dict[str, Vector]:
        return {
            "its update, in the clear": self.clear[name],
            "its update, masked": self.masked[name],
            **self.sums,
        }


def _scores(
    bench: Setting, attacker: inversion.Attacker, side: Sequence[Text], seen: dict[str, Vector]
) -> dict[str, list[float]]:
    """How well some texts of middling length fit what is seen."""
    least, most = CANDIDATE_CHARS
    candidates = [one.text for one in side if least <= len(one.text) <= most][:CANDIDATES]
    scores: dict[str, list[float]] = {name: [] for name in seen}
    for text in candidates:
        step = attacker.step(_ids(bench.vocabulary, text)[: recipes.WINDOW])
        for name, vector in seen.items():
            scores[name].append(inversion.likeness(step, vector))
    return scores


def _guessed(
    bench: Setting, attacker: inversion.Attacker, updates: dict[str, Vector], on_step: OnStep
) -> tuple[dict[str, list[float]], list[float]]:
    """Beginnings of texts that were learned from, rebuilt from one step on that beginning alone, as
    if a device sent no more, and from the update of a whole round."""
    guessed: dict[str, list[float]] = {}
    likeliest = []
    for number in range(BEGINNINGS):
        written = {one.name: _beginning(bench, one, number) for one in bench.who}
        steps = {name: attacker.step(ids) for name, ids in written.items()}
        seen = _Seen.of(bench.devices, steps)
        for victim in bench.who[BAD : BAD + VICTIMS]:
            ids = written[victim.name]
            shown = {
                **seen.of_device(victim.name),
                "its update of a whole round, in the clear": updates[victim.name],
            }
            for name, share in attacker.guessed(ids, KNOWN, BREADTH, shown).items():
                guessed.setdefault(name, []).append(share)
            guesses = bench.reader.predictions(ids)[KNOWN - 1 : -1].argmax(-1).tolist()
            likeliest.append(fmean(map(eq, guesses, ids[KNOWN:])))
            on_step()
    return guessed, likeliest


def _beginning(bench: Setting, member: Author, number: int) -> list[int]:
    """Of the author's so-manieth text that is long enough, of those that a victim learns from."""
    inside, _ = bench.halves(member)
    texts = (_ids(bench.vocabulary, one.text) for one in inside)
    long_enough = [ids[:GUESSED] for ids in texts if len(ids) >= GUESSED]
    return long_enough[number % len(long_enough)]


def _ids(vocabulary: Vocabulary, text: str) -> list[int]:
    return [vocabulary.document_start, *vocabulary.encode(text).ids]
