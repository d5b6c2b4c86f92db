"""From what the coordinator sees back to texts: which were learned from, and what they say.

Two attackers who know the base model and the release, as everybody does. One has candidate texts
and asks which of them an update was learned from: those whose own gradient points along it. The
other rebuilds a text token by token: of the continuations that a language model finds likely it
takes the one whose gradient fits best (gradient matching by cosine with a language model's prior,
as LAMP, Balunović et al., 2022; here it is even told what came before, and that the right one is on
the list).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from bench.attacks.reader import Reader
from federation.layout import Layout, Tensors, Vector
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.learning.job import Text

Ids = Sequence[int]


def auc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """The chance that one of those inside scores higher than one outside; ties count half."""
    pairs = [(one > other) + (one == other) / 2 for one in inside for other in outside]
    return sum(pairs) / len(pairs)


def likeness(one: Vector, other: Vector) -> float:
    """Cosine; 0 where there is no direction."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths else 0.0


@dataclass(frozen=True, slots=True)
class Attacker:
    """Knows the release that updates begin at."""

    reader: Reader
    start: Tensors
    layout: Layout

    def step(self, ids: Ids) -> Vector:
        """Where one step on one text would go, by its gradient ``[size]``."""
        [gradient] = self.reader.gradients(torch.tensor([list(ids)]), self.start, self.layout)
        return -np.asarray(gradient.numpy(), np.float64)

    def guessed(
        self, written: Ids, known: int, breadth: int, seen: Mapping[str, Vector]
    ) -> dict[str, float]:
        """The share of tokens after the first ``known`` that are told apart from the likeliest
        others by which explains best what is seen, the tokens before being known; for each of
        several things that can be seen."""
        targets = {name: torch.from_numpy(vector).float() for name, vector in seen.items()}
        right = dict.fromkeys(seen, 0)
        chances = self.reader.predictions(written)
        for place in range(known, len(written)):
            others = chances[place - 1].topk(breadth).indices.tolist()
            tried = [written[place], *(one for one in others if one != written[place])][:breadth]
            texts = torch.tensor([[*written[:place], one] for one in tried])
            steps = -self.reader.gradients(texts, self.start, self.layout)
            for name, target in targets.items():
                fits = functional.cosine_similarity(steps, target[None], dim=1)
                right[name] += int(fits.argmax()) == 0
        return {name: count / (len(written) - known) for name, count in right.items()}


def halves(
    vocabulary: Vocabulary, texts: Sequence[Text], tokens: int
) -> tuple[list[Text], list[Text]]:
    """Of every two texts one to learn from, so many tokens at most, and one to leave out."""
    inside: list[Text] = []
    outside: list[Text] = []
    length = 0
    for one, other in zip(texts[::2], texts[1::2], strict=False):
        length += 1 + len(vocabulary.encode(one.text).ids)
        if length > tokens:
            break
        inside.append(one)
        outside.append(other)
    return inside, outside
