"""How much is suggested."""

from __future__ import annotations

from daemon.protocol.messages.base import Message
from plm_engine.completion.presets import Amount, Length


class PreferencesQuery(Message, tag="preferences_query"):
    """Client → daemon: how much is suggested?"""


class PreferencesSet(Message, tag="preferences_set"):
    """Client → daemon: change what is named; the rest stays as it is."""

    amount: Amount | None = None
    length: Length | None = None


class Preferences(Message, tag="preferences"):
    """Daemon → client, as an answer, and to every client when they changed."""

    amount: Amount
    length: Length
