"""From an HTTP request to an open session."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from aiohttp import WSCloseCode, hdrs, web

from daemon import handlers
from daemon.guard import Refusal, subprotocol_refusal
from daemon.lobby import MAX_FRAME_CHARS, Lobby
from daemon.pairing import CLI_PAIRING, Gatekeeper, Peer
from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import ClientMessage, SiteRule, Welcome
from daemon.services import Services
from daemon.session import Kind, Session
from daemon.store import StoreError
from daemon.wire import Disconnected, Wire

log = logging.getLogger("plm.connections")

MAX_PLAYGROUNDS = 8
LAST_ANSWERS_S = 5
BUSY = Refusal(503, "Too many connections are waiting already.")


class Connections:
    """The daemon's two WebSocket endpoints."""

    def __init__(self, services: Services, gatekeeper: Gatekeeper, lobby: Lobby) -> None:
        self._services = services
        self._gatekeeper = gatekeeper
        self._lobby = lobby
        self._playgrounds = 0
        self._closing = False

    async def v1(self, request: web.Request) -> web.StreamResponse:
        """Browsers and the command line: proof first."""
        origin = request.headers.get(hdrs.ORIGIN, "")
        refusal = _offer_refusal(request) or (BUSY if self._lobby.is_full(origin) else None)
        if refusal:
            return refused(refusal)
        with self._lobby.waiting(origin):
            wire = await Wire.open(request)
            session = await self._admit(wire, origin)
        if session:
            self._lobby.let_in(request)
            await self._serve(session)
        return wire.response

    async def playground(self, request: web.Request) -> web.StreamResponse:
        """The daemon's own page: no proof, and nothing personal."""
        refusal = _offer_refusal(request)
        if hdrs.ORIGIN not in request.headers:
            refusal = Refusal(403, "Only the playground's own page connects here.")
        if self._playgrounds >= MAX_PLAYGROUNDS:
            refusal = refusal or BUSY
        if refusal:
            return refused(refusal)
        self._playgrounds += 1
        try:
            wire = await Wire.open(request)
            self._lobby.let_in(request)
            session = Session(wire, Kind.PLAYGROUND)
            session.post(self._welcome("", completions=True, sites=[]))
            await self._serve(session)
        finally:
            self._playgrounds -= 1
        return wire.response

    async def close_all(self) -> None:
        """Answer what was received, then close every session with 1001."""
        self._closing = True
        sessions = list(self._services.sessions)
        for session in sessions:
            session.stop(WSCloseCode.GOING_AWAY)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_ANSWERS_S):
                for session in sessions:
                    await session.ended.wait()

    async def _admit(self, wire: Wire, origin: str) -> Session | None:
        peer = Peer(origin, lambda: wire.receive(MAX_FRAME_CHARS), wire.send)
        try:
            async with asyncio.timeout(self._lobby.limits.seconds):
                pairing = await self._gatekeeper.admit(peer)
                sites = await self._services.site_rules()
        except ProtocolError as error:
            error.id = error.id or peer.asked
            await _turn_away(wire, error)
        except StoreError as error:
            log.error("store failed", exc_info=error)
            await _turn_away(wire, ProtocolError("storage"))
        except TimeoutError:
            await wire.close(WSCloseCode.POLICY_VIOLATION)
        except Disconnected:
            pass
        else:
            kind = Kind.CLI if pairing == CLI_PAIRING else Kind.BROWSER
            session = Session(wire, kind, pairing)
            session.post(self._welcome(peer.asked, self._services.completions_on, sites))
            return session
        return None

    def _welcome(self, to: str, completions: bool, sites: list[SiteRule]) -> Welcome:
        version = self._services.version
        return Welcome(id=to, daemon_version=version, completions=completions, sites=sites)

    async def _serve(self, session: Session) -> None:
        services = self._services

        async def answer(session: Session, message: ClientMessage) -> None:
            await handlers.answer(services, session, message)

        services.sessions.add(session)
        if self._closing:
            session.stop(WSCloseCode.GOING_AWAY)
        log.info("session opened", extra={"session": session.id, "kind": session.kind})
        try:
            await session.run(answer, handlers.is_immediate)
        finally:
            services.sessions.discard(session)
            services.completions.forget_session(session.id)
            services.backing_off.forget_session(session.id)
            log.info("session closed", extra={"session": session.id, "kind": session.kind})


def refused(refusal: Refusal) -> web.Response:
    """A refusal as a response."""
    return web.Response(status=refusal.status, text=refusal.reason + "\n")


def _offer_refusal(request: web.Request) -> Refusal | None:
    return subprotocol_refusal(request.headers.getall(hdrs.SEC_WEBSOCKET_PROTOCOL, []))


async def _turn_away(wire: Wire, error: ProtocolError) -> None:
    too_large = error.code == "too_large"
    try:
        await wire.send(error.as_message())
    except Disconnected:
        return
    await wire.close(WSCloseCode.MESSAGE_TOO_BIG if too_large else WSCloseCode.POLICY_VIOLATION)
