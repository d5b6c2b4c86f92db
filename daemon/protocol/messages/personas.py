"""The sides of a person, such as work and home, with a wall between them."""

from __future__ import annotations

import msgspec

from daemon.protocol.messages.base import Message, PersonaName, Site


class Persona(msgspec.Struct, kw_only=True):
    """One of them."""

    name: str
    documents: int
    version: int | None
    """What was learned of it and is in use."""


class PersonasQuery(Message, tag="personas_query"):
    """Client → daemon: who am I?"""


class PersonaAdd(Message, tag="persona_add"):
    """Client → daemon: one more, that knows nothing."""

    name: PersonaName


class PersonaUse(Message, tag="persona_use"):
    """Client → daemon: it writes from now on, where no site says otherwise."""

    name: PersonaName


class PersonaAssign(Message, tag="persona_assign"):
    """Client → daemon: it writes on this exact host; none: whoever is in use does."""

    site: Site
    name: PersonaName | None


class PersonaRemove(Message, tag="persona_remove"):
    """Client → daemon: remove it, with all that it wrote and all that was learned of it."""

    name: PersonaName


class Personas(Message, tag="personas"):
    """Daemon → client, as an answer, and to every client when they changed."""

    personas: list[Persona]
    in_use: str
