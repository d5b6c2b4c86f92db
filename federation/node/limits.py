"""What a user's node insists on before it gives anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from federation.layout import Layout
from federation.privacy.accounting import Participation, epsilon
from federation.release import Release
from federation.rounds import RoundTerms
from federation.secure_sum.parameters import MIN_MEMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Set by the user, or as they come."""

    smallest_cohort: int = MIN_MEMBERS
    """So many devices a sum has to be of, at least."""
    most_epsilon: float | None = None
    """Take part only as long as what all rounds together tell is below this; None: always."""
    taken_part: Sequence[Participation] = ()
    """In which rounds it was, since it joined."""

    def allow(self, terms: RoundTerms, layout: Layout, current: Release | None) -> bool:
        """Whether a round with these terms is one to be in."""
        is_about_ours = (
            current is not None
            and terms.release == current.digest
            and terms.layout == layout.digest
            and terms.size == layout.size
        )
        is_large = terms.threshold >= self.smallest_cohort
        return is_about_ours and is_large and self._is_private(terms)

    def after(self, participation: Participation) -> Limits:
        """The same, once this node was in one more round."""
        return replace(self, taken_part=(*self.taken_part, participation))

    def _is_private(self, terms: RoundTerms) -> bool:
        if self.most_epsilon is None:
            return True
        next_one = Participation(noise_multiplier=terms.noise_multiplier, threshold=terms.threshold)
        return epsilon([*self.taken_part, next_one]) <= self.most_epsilon
