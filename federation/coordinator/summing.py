"""A secure sum over some nodes, from the coordinator's side: asks, waits, closes phases."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from federation.coordinator.asking import Ask, ask_all
from federation.identity import Trust
from federation.protocol import Answer, GoOn, Question, Said, TakePart, largest_answer
from federation.rounds import RoundTerms
from federation.secure_sum.errors import Phase, RejectedError
from federation.secure_sum.parameters import Parameters, default_threshold
from federation.secure_sum.server import Sum, Summation

log = logging.getLogger("plm.coordinator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a phase stays open for those who have not answered, in seconds."""

    first_s: float = 120.0
    """Nodes are asked while they are online; some fall asleep."""
    vectors_s: float = 600.0
    """Megabytes over a slow line."""
    other_s: float = 120.0

    def of(self, phase: Phase) -> float:
        """A phase."""
        by_phase = {Phase.ADVERTISE: self.first_s, Phase.MASK: self.vectors_s}
        return by_phase.get(phase, self.other_s)


def new_round() -> bytes:
    """The id of a round that never was."""
    return secrets.token_bytes(16)


def parameters_of(terms: RoundTerms, round_id: bytes, cohort: int, members: int) -> Parameters:
    """Of the sum of one sub-cohort."""
    return Parameters(
        round=round_id,
        cohort=cohort,
        members=members,
        threshold=max(terms.threshold, default_threshold(members)),
        length=terms.length,
        bits=32,
        subject=terms.subject,
    )


@dataclass(frozen=True, slots=True)
class Summing:
    """Holds secure sums."""

    carry: Ask
    trust: Trust
    patience: Patience

    async def over(self, nodes: Sequence[str], terms: RoundTerms, parameters: Parameters) -> Sum:
        """Of the vectors of those nodes that stay until the end.

        Raises `TooFewError` when fewer than the threshold do, and `UnrecoverableError`.
        """
        server = Summation(parameters, self.trust)
        invitation = TakePart(terms, server.invitation())
        questions: Mapping[str, Question] = dict.fromkeys(nodes, invitation)
        while True:
            await self._phase(server, questions, largest_answer(parameters))
            if server.phase is Phase.UNMASK:
                # Seconds for hundreds of devices: the gateway must go on meanwhile.
                return await asyncio.to_thread(server.finish)
            frames = await asyncio.to_thread(server.close)
            questions = {node: GoOn(parameters.round, frame) for node, frame in frames.items()}

    async def _phase(
        self, server: Summation, questions: Mapping[str, Question], largest: int
    ) -> None:
        phase = server.phase

        def take(node: str, answer: Answer) -> None:
            _take(server, node, answer)

        await ask_all(self.carry, questions, self.patience.of(phase), largest, take)
        log.info("phase over", extra={"phase": phase.name, "answered": server.answered})


def _take(server: Summation, node: str, answer: Answer) -> None:
    if not isinstance(answer, Said):
        return
    try:
        server.receive(answer.frame)
    except RejectedError as error:
        log.warning("answer rejected", extra={"node": node, "reason": error.reason.name})
