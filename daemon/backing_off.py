"""Who keeps dismissing suggestions in a field does not want them there for now."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from daemon.protocol.messages import OutcomeResult

DISMISSALS_IN_A_ROW = 3
FIRST_SILENCE_S = 30.0
LONGEST_SILENCE_S = 600.0
MAX_FIELDS = 256

Field = tuple[str, str]
"""Session and name of the field in it."""


@dataclass(slots=True)
class _Annoyance:
    dismissals: int = 0
    next_silence_s: float = FIRST_SILENCE_S
    silent_until: float = float("-inf")
    is_forgiven: bool = False
    """One was taken since; the rest is kept in case that is undone."""

    def dismissed(self, now: float) -> None:
        self.dismissals += 1
        if self.dismissals < DISMISSALS_IN_A_ROW:
            return
        self.dismissals = 0
        self.silent_until = now + self.next_silence_s
        self.next_silence_s = min(2 * self.next_silence_s, LONGEST_SILENCE_S)


class BackingOff:
    """Falls silent in a field after some dismissals in a row, for longer each time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._fields: OrderedDict[Field, _Annoyance] = OrderedDict()

    def note(self, session: str, field_id: str, result: OutcomeResult) -> None:
        """What became of a suggestion; one that was passed over says nothing either way."""
        field = (session, field_id)
        if result == "dismissed":
            self._annoyance(field).dismissed(self._now())
        elif result == "undone":
            self._forgive_no_more(field)
        elif result != "ignored":
            self._forgive(field)

    def is_silent(self, session: str, field_id: str) -> bool:
        """Whether nothing is to be suggested in this field now unless it is asked for."""
        annoyance = self._fields.get((session, field_id))
        if annoyance is None or annoyance.is_forgiven:
            return False
        return self._now() < annoyance.silent_until

    def forget_field(self, session: str, field_id: str) -> None:
        """The field is gone."""
        self._fields.pop((session, field_id), None)

    def forget_session(self, session: str) -> None:
        """The session is over: all of its fields are gone."""
        for field in [field for field in self._fields if field[0] == session]:
            del self._fields[field]

    def _annoyance(self, field: Field) -> _Annoyance:
        if field in self._fields and self._fields[field].is_forgiven:
            del self._fields[field]
        annoyance = self._fields.setdefault(field, _Annoyance())
        self._fields.move_to_end(field)
        if len(self._fields) > MAX_FIELDS:
            self._fields.popitem(last=False)
        return annoyance

    def _forgive(self, field: Field) -> None:
        annoyance = self._fields.get(field)
        if annoyance is None:
            return
        if annoyance.is_forgiven:  # already, and undoing one of the two changes nothing
            del self._fields[field]
        annoyance.is_forgiven = True

    def _forgive_no_more(self, field: Field) -> None:
        if field in self._fields:
            self._fields[field].is_forgiven = False
