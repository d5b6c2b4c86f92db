"""Pairing once, then a mutual challenge on every connection."""

from __future__ import annotations

from daemon.protocol.messages.base import PROTOCOL_VERSION, Hex32, Id, Label, Message
from daemon.protocol.messages.sites import SiteRule


class PairHello(Message, tag="pair_hello"):
    """Client → daemon: begin pairing with the code that the daemon shows to its user."""

    nonce: Hex32
    client: Label
    version: int = PROTOCOL_VERSION


class PairChallenge(Message, tag="pair_challenge"):
    """Daemon → client: the daemon proves that it knows the code."""

    nonce: Hex32
    proof: Hex32


class PairProof(Message, tag="pair_proof"):
    """Client → daemon: the client proves that it knows the code."""

    proof: Hex32


class Paired(Message, tag="paired"):
    """Daemon → client: done; both sides now derive the same secret, which never travels."""

    pairing: Id


class Hello(Message, tag="hello"):
    """Client → daemon, first message of an ordinary connection."""

    pairing: Id
    nonce: Hex32
    version: int = PROTOCOL_VERSION


class Challenge(Message, tag="challenge"):
    """Daemon → client: proof that the daemon holds the pairing's secret, and its own nonce."""

    nonce: Hex32
    proof: Hex32


class Proof(Message, tag="proof"):
    """Client → daemon: proof that the client holds the pairing's secret."""

    proof: Hex32


class Welcome(Message, tag="welcome"):
    """Daemon → client: the session is open. Nothing else is answered before this."""

    daemon_version: str
    completions: bool
    """The global completion switch."""
    sites: list[SiteRule]
