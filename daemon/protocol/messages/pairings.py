"""Who may connect; for the command line only."""

from __future__ import annotations

import msgspec

from daemon.protocol.messages.base import Id, Message


class PairBegin(Message, tag="pair_begin"):
    """Command line → daemon: accept one new browser for the next minutes."""


class PairCode(Message, tag="pair_code"):
    """Daemon → command line: the code to show to the user. Good once."""

    code: str
    expires_s: int


class Pairing(msgspec.Struct, kw_only=True):
    """One client that may connect."""

    id: str
    client: str
    origin: str
    created_at: str


class PairingsQuery(Message, tag="pairings_query"):
    """Command line → daemon: who may connect?"""


class PairingRemove(Message, tag="pairing_remove"):
    """Command line → daemon: this client may not connect any more; open sessions are closed."""

    pairing: Id


class Pairings(Message, tag="pairings"):
    """Daemon → command line."""

    pairings: list[Pairing]
