"""A community's course: who is ready, a round when there are enough, a release when it is better.

Everything that matters is on disk before it is told to anybody. A round that is interrupted is
forgotten; the next one is another.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec

from federation import release
from federation.coordinator.asking import SMALL_ANSWER, Ask, ask_all
from federation.coordinator.folder import NO_RELEASE, Charter, Folder, Held
from federation.coordinator.going_back import again
from federation.coordinator.offering import Offers
from federation.coordinator.quality import MOST_LOST, Quality
from federation.coordinator.round import SMALLEST_GROUP, hold_round, parted, sizes
from federation.coordinator.summing import Patience, Summing
from federation.identity import Trust
from federation.privacy.clipping import NormFollows
from federation.protocol import Answer, AreYouReady, Question, Standing
from federation.rounds import Outcome, RoundTerms
from federation.strategies import STRATEGIES
from federation.strategies.strategy import State

log = logging.getLogger("plm.coordinator")

P = ParamSpec("P")
Online = Callable[[], Awaitable[Sequence[str]]]
"""The nodes that were heard of lately."""
MOST_REFUSED = 0.5
"""Of devices that tried a release on their own texts: if more refused it, it is taken back."""
_WORSE = "not published: it predicts public text worse"
_TAKEN_BACK = "taken back: most devices did worse with the release before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """In seconds."""

    look_s: float = 30.0
    """Between looks for nodes that are ready."""
    answer_s: float = 60.0
    """For a small question."""
    release_s: float = 600.0
    """To take a release over a slow line."""


class Coordinator:
    """Runs one community for as long as it is let."""

    def __init__(
        self,
        folder: Folder,
        carry: Ask,
        online: Online,
        quality: Quality,
        *,
        pace: Pace | None = None,
        patience: Patience | None = None,
        follows: NormFollows | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._charter: Charter = folder.charter
        self._strategy = STRATEGIES[self._charter.strategy]
        self._carry, self._online, self._quality = carry, online, quality
        self._pace, self._patience = pace or Pace(), patience or Patience()
        self._follows = follows or NormFollows()
        self._clock = clock
        self._chance = random.SystemRandom()
        self._offers = Offers(carry, self._pace.release_s)
        folder.settle()
        self._state, self._norm, self._release = folder.stands()
        self.ready = 0
        """Nodes that were, at the last look."""
        self.fruitless = 0
        """Rounds of which no sum came."""

    @property
    def newest(self) -> release.Release:
        """The release that nodes shall have."""
        return self._release

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                ready = await self.look()
                if len(ready) >= self._charter.cohort:
                    await self.round(ready)
                # Also after a round: one that nobody wants to be in is over at once.
                await asyncio.sleep(self._pace.look_s)
        finally:
            await self._offers.close()

    async def look(self) -> list[str]:
        """Who is ready for a round at the newest release; who does not have it is given it."""
        standing: dict[str, Standing] = {}

        def note(node: str, answer: Answer) -> None:
            if isinstance(answer, Standing):
                standing[node] = answer

        nodes = await self._online()
        ask: Question = AreYouReady(self._release.digest)
        await ask_all(
            self._carry, dict.fromkeys(nodes, ask), self._pace.answer_s, SMALL_ANSWER, note
        )
        behind = [node for node, one in standing.items() if not one.has_release]
        await self._offers.make(behind, self._release, self._pace.answer_s)
        ready = [node for node, one in standing.items() if one.is_ready]
        self.ready = len(ready)
        return ready

    async def round(self, ready: Sequence[str]) -> None:
        """Hold a round with some of those, and publish what comes of it if it is good."""
        cohort = self._chance.sample(list(ready), min(len(ready), self._charter.cohort))
        groups = parted(cohort, min(self._charter.groups, len(cohort) // SMALLEST_GROUP))
        terms = self._terms(groups)
        trust = Trust(self._folder.authority.public_key(), self._clock())
        found = await hold_round(Summing(self._carry, trust, self._patience), terms, groups)
        if found is None:
            self.fruitless += 1
            log.info("round without result", extra={"devices": len(cohort)})
            return
        await _to_its_end(self._conclude, terms, found)

    async def go_back(self, version: int) -> None:
        """Publish an older version again; no round may be under way. Raises `FolderError`."""
        await _to_its_end(self._go_back, version)

    def _conclude(self, terms: RoundTerms, found: Outcome) -> None:
        layout = self._strategy.layout(self._state.tensors)
        norm = self._follows.next(self._norm, found.shares.within_norm)
        before = self._quality.bits_per_char(self._state.tensors)
        if self._is_refused(found):
            state, published = again(self._folder, self._state.version - 1)
            bits = self._quality.bits_per_char(state.tensors)
            held = self._held(terms, found, bits, _TAKEN_BACK, state.version)
            self._keep(state, norm, published, held)
            return
        stepped = self._strategy.step(self._state, layout.shaped(found.mean))
        after = self._quality.bits_per_char(stepped.tensors)
        if not after <= before * (1 + MOST_LOST):  # nor where it is no number
            # The norm has been learned; the step has not been taken.
            held = self._held(terms, found, after, _WORSE)
            self._keep(self._state, norm, self._release, held)
            return
        held = self._held(terms, found, after, "published", stepped.version)
        self._keep(stepped, norm, self._folder.publish(stepped, self._release), held)

    def _is_refused(self, found: Outcome) -> bool:
        """Beyond what noise alone would say. What was taken back to stays: before it is only what
        was refused."""
        statement, _ = release.read(self._release)
        sure = found.shares.refused_release - 2 * found.shares.uncertainty
        return sure > MOST_REFUSED and statement.version > 0 and not statement.taken_back

    def _go_back(self, version: int) -> None:
        state, published = again(self._folder, version)
        self._keep(state, self._norm, published)
        log.info("went back", extra={"version": version})

    def _keep(
        self, state: State, norm: float, published: release.Release, held: Held | None = None
    ) -> None:
        """And write down the round that it comes of; whoever is killed in between does so later."""
        if held:
            self._folder.settle()  # what could not be written down of the round before
            self._folder.intend(held)
        self._folder.keep(state, norm, published)
        self._state, self._norm, self._release = state, norm, published
        if held:
            self._folder.note(held)
            log.info("round held", extra={"version": held.version, "devices": held.devices})

    def _held(
        self,
        terms: RoundTerms,
        found: Outcome,
        bits_per_char: float,
        verdict: str,
        version: int = NO_RELEASE,
    ) -> Held:
        return Held(
            at=int(self._clock()),
            version=version,
            devices=found.devices,
            groups_left_out=found.left_out,
            norm=terms.norm,
            within_norm=found.shares.within_norm,
            refused_release=found.shares.refused_release,
            noise_multiplier=terms.noise_multiplier,
            threshold=terms.threshold,
            bits_per_char=bits_per_char,
            verdict=verdict,
        )

    def _terms(self, groups: Sequence[Sequence[str]]) -> RoundTerms:
        layout = self._strategy.layout(self._state.tensors)
        devices, threshold = sizes(groups)
        return RoundTerms(
            release=self._release.digest,
            layout=layout.digest,
            size=layout.size,
            norm=self._norm,
            noise_multiplier=self._charter.noise_multiplier,
            devices=devices,
            threshold=threshold,
        )


async def _to_its_end(work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """In a thread. Nobody else shall write in the folder before it has ended."""
    doing = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await doing
        raise
