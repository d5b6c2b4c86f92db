"""From decoded steps to what is offered: whole words, as far as they are sure enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plm_engine.completion.decoding import Step
from plm_engine.completion.gate import Gate, Grounds
from plm_engine.completion.words import whole_words

GO_ON_FROM = 0.2
"""Words after the first are added while all of it is right with at least this probability: they
cost the reader little, and one key takes just the words that fit. Who accepts a less sure first
word gets the others as unsure."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be shown."""

    text: str
    confidence: float
    """Probability that the first word is right."""
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Demand:
    """What an offer must satisfy."""

    threshold: float
    """Least confidence in the first word."""
    max_words: int
    typed: str
    """What is written of the word that is being spelled, with the space before it."""
    control: frozenset[int]
    """Tokens that stand for no text."""


def offers(steps: Iterable[Step], demand: Demand, gate: Gate) -> Iterator[Offer]:
    """Yield longer and longer offers."""
    letters, order = len(demand.typed.strip()), 0

    def grounds(probability: float) -> Grounds:
        return Grounds(probability, letters, order)

    def noted() -> Iterator[Step]:
        nonlocal order
        for step in steps:
            if not order:
                order = step.order
            yield step

    def is_sure(words: int, probability: float) -> bool:
        if words:
            return probability >= min(GO_ON_FROM, demand.threshold)
        return gate.confidence(grounds(probability)) >= demand.threshold

    believed, confidence = grounds(0.0), 0.0
    for number, cut in enumerate(whole_words(noted(), is_sure=is_sure, control=demand.control)):
        if number == 0:
            believed = grounds(cut.probability)
            confidence = gate.confidence(believed)
        if confidence < demand.threshold:
            return
        yield Offer(cut.text, confidence, believed)
        if cut.words >= demand.max_words:
            return
