"""What is allowed where."""

from __future__ import annotations

import msgspec

from daemon.protocol.messages.base import Message, Site


class SiteRule(msgspec.Struct, kw_only=True):
    """What is allowed on one exact host. A host without a rule: no capture."""

    site: str
    capture: bool
    completions: bool | None = None
    """Whether suggestions are made there; None: nobody has said, so the client decides."""
    documents: int = 0
    persona: str | None = None
    """Who writes there; None: whoever is in use."""
    may_federate: bool = False
    """Whether updates for a community may be made of what is typed there."""


class SitesQuery(Message, tag="sites_query"):
    """Client → daemon: all rules."""


class SiteSet(Message, tag="site_set"):
    """Client → daemon: switch something on or off for one exact host; None leaves it as it is."""

    site: Site
    capture: bool | None = None
    completions: bool | None = None
    may_federate: bool | None = None


class Sites(Message, tag="sites"):
    """Daemon → client, as an answer, and to every client when a rule or the switch changed."""

    sites: list[SiteRule]
    completions: bool


class CompletionsSet(Message, tag="completions_set"):
    """Client → daemon: the global completion switch."""

    enabled: bool
