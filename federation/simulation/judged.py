"""What a federation was worth to each of its members, on texts that nobody learned from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from federation.layout import Tensors
from federation.simulation.community import Author
from federation.strategies.strategy import Strategy, Weights
from plm_engine.adapters.learned import Learned, personal
from plm_engine.adapters.low_rank import Adapter, from_peft
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.engine import CompletionEngine
from plm_engine.learning.fusing import search_weights
from plm_engine.learning.job import Text
from plm_engine.learning.judging import Judge
from plm_engine.learning.teaching import teach


@dataclass(frozen=True, slots=True)
class Judged:
    """One member's bits per character, with the memory's help; less is better."""

    name: str
    base: float
    shared: float
    own: float | None = None
    """With an adapter that learned from this member alone."""
    fused: float | None = None
    """With both, as the strategy weighs them."""
    weights: Weights | None = None


def own_adapters(
    base: InstalledBase, members: Sequence[Author], on_member: Callable[[float], None]
) -> dict[str, Learned]:
    """What each member's device learns by itself, as every night."""
    learned = {}
    for done, member in enumerate(members):
        on_member(done / len(members))
        learned[member.name] = teach(base, Learned(base.digest), "adapter", member.texts)
    return learned


@dataclass(frozen=True, slots=True)
class Jury:
    """Reads with the real engine."""

    engine: CompletionEngine
    base: InstalledBase
    strategy: Strategy

    def judge(self, member: Author, tensors: Tensors, own: Learned | None = None) -> Judged:
        """On the newer half of what was held out; the older half is for weighing."""
        half = len(member.held_out) // 2
        weighed_on, judged_on = member.held_out[:half], member.held_out[half:]
        shared = from_peft(dict(tensors), 1.0, self.base.config)
        nothing = Learned(self.base.digest)
        found = _Bits(self.engine, self.base, [*member.texts, *weighed_on], judged_on)
        judged = Judged(member.name, found.of(nothing), found.of(nothing, shared))
        if own is None:
            return judged
        fuser = HeldOutFuser(_Bits(self.engine, self.base, member.texts, weighed_on), own)
        weights = self.strategy.weigh(fuser, tensors)
        return replace(
            judged,
            own=found.of(own),
            fused=found.of(_weighed(own, weights), shared),
            weights=weights,
        )


@dataclass(frozen=True, slots=True)
class HeldOutFuser:
    """A `Fuser` for one member."""

    bits: _Bits
    own: Learned

    def best_weights(self, shared: Tensors) -> Weights:
        """See `Fuser`."""
        adapter = from_peft(dict(shared), 1.0, self.bits.base.config)

        def cost(weights: tuple[float, float]) -> float:
            return self.bits.of(_weighed(self.own, Weights(*weights)), adapter)

        return Weights(*search_weights(cost, (1.0, 1.0), has_shared=True))


@dataclass(frozen=True, slots=True)
class _Bits:
    """Of texts, after others."""

    engine: CompletionEngine
    base: InstalledBase
    known: Sequence[Text]
    texts: Sequence[Text]

    def of(self, learned: Learned, shared: Adapter | None = None) -> float:
        judge = Judge(self.engine, _contents(self.known), _contents(self.texts))
        return judge.bits_per_char(personal(learned, self.base, shared))


def _weighed(own: Learned, weights: Weights) -> Learned:
    return replace(own, weight=weights.own, shared_weight=weights.shared)


def _contents(texts: Sequence[Text]) -> list[str]:
    return [text.text for text in texts]


def mean(judged: Sequence[Judged]) -> Mapping[str, float]:
    """Over members, of what was judged."""
    names = ("base", "shared", "own", "fused")
    columns = {name: [getattr(one, name) for one in judged] for name in names}
    return {
        name: sum(values) / len(values)
        for name, values in columns.items()
        if values and None not in values
    }
