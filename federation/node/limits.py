"""What a user's node insists on before it gives anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from federation.privacy.accounting import Participation, epsilon
from federation.rounds import RoundTerms
from federation.secure_sum.parameters import MIN_MEMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Set by the user, or as they come."""

    smallest_cohort: int = MIN_MEMBERS
    """So many devices have to be left in a sum to its end, or it comes to nothing."""
    most_epsilon: float | None = None
    """Take part only as long as what all rounds together tell is below this; None: always."""
    taken_part: Sequence[Participation] = ()
    """In which rounds it was, of whichever community."""

    def objection(self, terms: RoundTerms) -> str | None:
        """Why a round with these terms is none to be in, in words for the user; None: it is one."""
        if terms.threshold < self.smallest_cohort:
            return (
                f"its sum may be of {terms.threshold} devices, "
                f"and your limit is {self.smallest_cohort}"
            )
        told = self._epsilon_with(terms)
        if self.most_epsilon is not None and told > self.most_epsilon:
            return f"all of it would tell ε = {told:.1f}, and your limit is {self.most_epsilon:g}"
        return None

    def after(self, participation: Participation) -> Limits:
        """The same, once this node was in one more round."""
        return replace(self, taken_part=(*self.taken_part, participation))

    def _epsilon_with(self, terms: RoundTerms) -> float:
        if self.most_epsilon is None:
            return 0.0
        next_one = Participation(noise_multiplier=terms.noise_multiplier, threshold=terms.threshold)
        return epsilon([*self.taken_part, next_one])
