"""Are you there?"""

from __future__ import annotations

from daemon.handlers.route import EVERYONE, Route
from daemon.protocol.messages import Ping, Pong
from daemon.services import Services
from daemon.session import Session


async def ping(_services: Services, _session: Session, _message: Ping) -> Pong:
    """Yes."""
    return Pong()


ROUTES = (Route(Ping, ping, EVERYONE, immediate=True),)
