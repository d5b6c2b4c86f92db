"""One round: a cohort in sub-cohorts, each summed apart, and what comes of all of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from federation.coordinator.summing import Summing, new_round, parameters_of
from federation.rounds import Outcome, RoundTerms, outcome
from federation.secure_sum.errors import SecureSumError, UnrecoverableError
from federation.secure_sum.parameters import default_threshold
from federation.secure_sum.server import Sum

log = logging.getLogger("plm.coordinator")

SMALLEST_GROUP = 4
"""Devices. The threshold of fewer is below what nodes insist on unless told otherwise."""


def parted(nodes: Sequence[str], parts: int) -> list[list[str]]:
    """Disjoint sub-cohorts, as equal in size as can be. Whoever calls has shuffled the nodes."""
    return [list(nodes[part::parts]) for part in range(parts)]


def sizes(groups: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Of sub-cohorts: most devices, and the threshold that holds for each of them."""
    return max(map(len, groups)), default_threshold(min(map(len, groups)))


async def hold_round(
    summing: Summing, terms: RoundTerms, groups: Sequence[Sequence[str]]
) -> Outcome | None:
    """None if too few nodes stayed in every sub-cohort, or none can be believed."""
    round_id = new_round()
    totals = await asyncio.gather(
        *(_sum(summing, terms, group, round_id, cohort) for cohort, group in enumerate(groups))
    )
    return outcome(terms, [(one.vector, len(one.nodes)) for one in totals if one])


async def _sum(
    summing: Summing, terms: RoundTerms, group: Sequence[str], round_id: bytes, cohort: int
) -> Sum | None:
    try:
        return await summing.over(group, terms, parameters_of(terms, round_id, cohort, len(group)))
    except UnrecoverableError as error:
        log.warning("a node spoiled the sum", extra={"cohort": cohort, "node": error.node})
        return None
    except SecureSumError as error:
        log.warning("no sum", extra={"cohort": cohort, "reason": str(error)})
        return None
