"""The only part of a coordinator that others can reach.

It enrols nodes, and passes on what a node says to the SuperLink's fleet API: exactly these paths,
no other method, no other header. The SuperLink's control and runtime APIs, with which anybody could
start runs, are on the same port as its fleet API but not behind this door; neither are the calls
with which a node would fetch an app to execute, or delete what is in the SuperLink's store.

What passes also tells the `Ledger` where letters are, so a node that asks for mail is held here
until there is some: thousands of nodes may wait without the SuperLink noticing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web
from aiohttp.http import HttpProcessingError
from flwr.proto import fleet_pb2 as fleet
from flwr.proto import message_pb2 as message
from flwr.proto.heartbeat_pb2 import SendNodeHeartbeatRequest
from google.protobuf.message import DecodeError

from federation.calls import PROTOBUF, RefusedError, UnreachableError
from federation.coordinator.admission import Admission, Limits, TooManyError
from federation.coordinator.ledger import Ledger
from federation.coordinator.members import Members, NodeSession, ReplacedError
from federation.coordinator.superlink import SuperLink
from federation.coordinator.tls import ServerTls
from federation.coordinator.upstream import Passed, Upstream
from federation.enrolment import REFUSED
from federation.parcels import MAX_PARCEL_BYTES

log = logging.getLogger("plm.coordinator.gateway")

HEALTH = "/health"
ENROL = "/enrol"
ACTIVATE = "/v1/fleet/activate-node"
DEACTIVATE = "/v1/fleet/deactivate-node"
PULL = "/v1/fleet/pull-messages"
PUSH = "/v1/fleet/push-messages"
PUSH_OBJECT = "/v1/fleet/push-object"

_FLEET: dict[str, Any] = {
    ACTIVATE: fleet.ActivateNodeRequest,
    DEACTIVATE: fleet.DeactivateNodeRequest,
    "/v1/fleet/send-node-heartbeat": SendNodeHeartbeatRequest,
    PULL: fleet.PullMessagesRequest,
    PUSH: fleet.PushMessagesRequest,
    PUSH_OBJECT: message.PushObjectRequest,
    "/v1/fleet/pull-object": message.PullObjectRequest,
}
_SMALL = 64 * 2**10
_LARGEST = MAX_PARCEL_BYTES + _SMALL
_HOLD_S = 25.0
"""Shorter than what proxies and routers think of a silent connection."""
_GATHER_S = 5.0
_BODY_S = 120.0
_UPLOADS_AT_ONCE = 32

Enrol = Callable[[bytes], Awaitable[bytes]]
"""What a node sends to enrol → what it is answered. Raises `EnrolmentRefusedError`."""


class EnrolmentRefusedError(Exception):
    """This node may not join; the message goes to it."""


def _is_our_fault(record: logging.LogRecord) -> bool:
    """Whether an error is worth a line: a request that is none is not, or they would fill disks."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


class _AnsweredError(Exception):
    """The request ends here, with this answer."""

    def __init__(self, status: int, reason: str = "", retry_after_s: int = 0) -> None:
        super().__init__(reason)
        headers = {"Retry-After": str(retry_after_s)} if retry_after_s else {}
        self.response = web.Response(status=status, text=reason + "\n", headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayOptions:
    """Where the gateway listens."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes any free port."""
    certificate: Path | None = None
    """PEM file with the server's chain, read again when it changes; without it, plain HTTP: for
    loopback and behind a proxy."""
    key: Path | None = None
    limits: Limits = field(default_factory=Limits)


class Gateway:
    """The handler of all requests."""

    def __init__(
        self, superlink: SuperLink, ledger: Ledger, enrol: Enrol, admission: Admission
    ) -> None:
        self._upstream = Upstream(superlink)
        self._ledger = ledger
        self._enrol = enrol
        self._admission = admission
        self._members = Members()
        self._uploads = asyncio.Semaphore(_UPLOADS_AT_ONCE)

    @classmethod
    @contextlib.asynccontextmanager
    async def serving(
        cls, options: GatewayOptions, superlink: SuperLink, ledger: Ledger, enrol: Enrol
    ) -> AsyncIterator[int]:
        """Serve until the block is left; gives the port. Raises `OSError` where it is taken."""
        admission = Admission(options.limits)
        log.addFilter(_is_our_fault)
        app = web.Application()
        gateway = cls(superlink, ledger, enrol, admission)
        app.router.add_route("*", "/{anything:.*}", gateway.answer)
        runner = web.AppRunner(
            app,
            handle_signals=False,
            access_log=None,
            logger=log,
            handler_cancellation=True,
            shutdown_timeout=1,
        )
        await runner.setup()
        assert runner.server is not None
        tls = ServerTls(options.certificate, options.key) if options.certificate else None
        context = tls.context if tls else None
        site = web.TCPSite(runner, options.host, options.port, ssl_context=context)
        chores = [asyncio.create_task(admission.sweep_forever(runner.server))]
        if tls:
            chores.append(asyncio.create_task(tls.read_again_forever()))
        try:
            await site.start()
            yield runner.addresses[0][1]
        finally:
            for chore in chores:
                chore.cancel()
            await runner.cleanup()

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request, whatever it is."""
        try:
            handle = self._handler(request)
            with self._admission.admitted(request, is_enrolment=request.raw_path == ENROL):
                return await handle(request)
        except TooManyError as error:
            return _AnsweredError(429, "Too many requests.", error.retry_after_s).response
        except UnreachableError as error:
            return _AnsweredError(503, "Later, please.", int(error.retry_after_s) or 5).response
        except _AnsweredError as answered:
            return answered.response

    def _handler(self, request: web.Request) -> Callable[[web.Request], Awaitable[web.Response]]:
        # By the bytes of the request line: what is decoded or tidied up first is not what was sent.
        path = request.raw_path
        handlers = {HEALTH: self._health, ENROL: self._enrolled}
        handler = self._fleet if path in _FLEET else handlers.get(path)
        if handler is None:
            raise _AnsweredError(404, "There is nothing here.")
        if request.method != (hdrs.METH_GET if path == HEALTH else hdrs.METH_POST):
            raise _AnsweredError(405, "Not so.")
        return handler

    async def _health(self, _request: web.Request) -> web.Response:
        if not self._upstream.is_up:
            raise _AnsweredError(503, "starting", 2)
        return web.Response(text="ok\n")

    async def _enrolled(self, request: web.Request) -> web.Response:
        body = await _body(request, _SMALL)
        try:
            return web.Response(body=await self._enrol(body))
        except EnrolmentRefusedError as error:
            return _refused(str(error))
        except RefusedError:  # by the SuperLink
            return _refused("Not with this key.")

    async def _fleet(self, request: web.Request) -> web.Response:
        if request.content_type != PROTOBUF:
            raise _AnsweredError(415, "Only protobuf is read here.")
        member = self._recognise(request)
        if request.raw_path != PUSH_OBJECT:
            return await self._small_call(request, member)
        if member is None:  # large bodies are read of members only; it has just pushed the message
            raise _AnsweredError(503, "Say who you are.", 1)
        async with self._uploads:
            body = await _body(request, _LARGEST)
            passed = await self._upstream.pass_on(request.raw_path, request.headers, body)
        if passed.is_ok and message.PushObjectResponse.FromString(passed.content).stored:
            self._ledger.delivered(member.node_id)
        return _as_response(passed)

    def _recognise(self, request: web.Request) -> NodeSession | None:
        try:
            return self._members.recognise(request.headers)
        except ReplacedError:
            if request.raw_path in {ACTIVATE, DEACTIVATE}:
                return None
            raise _AnsweredError(409, "Another process has joined with this key.") from None

    async def _small_call(self, request: web.Request, member: NodeSession | None) -> web.Response:
        body = await _body(request, _SMALL)
        try:
            asked = _FLEET[request.raw_path].FromString(body)
        except DecodeError:
            raise _AnsweredError(400, "This is not the right kind of message.") from None
        if (held := await self._before(request, asked, member)) is not None:
            return held
        when = asyncio.get_running_loop().time()
        passed = await self._upstream.pass_on(request.raw_path, request.headers, body)
        if passed.is_ok:
            self._after(request, asked, passed.content, when)
        return _as_response(passed)

    async def _before(
        self, request: web.Request, asked: Any, member: NodeSession | None
    ) -> web.Response | None:
        """What is to be done before the SuperLink is asked; an answer where it need not be."""
        path = request.raw_path
        if path == PUSH:
            senders = {one.metadata.src_node_id for one in asked.messages_list}
            if senders != {asked.node.node_id}:  # which the SuperLink does not look at
                raise _AnsweredError(403, "In your own name, please.")
        if path == DEACTIVATE:
            # The SuperLink would throw away replies of a node that has gone.
            await self._ledger.gathered(asked.node_id, _GATHER_S)
        if path == PULL and member is not None:
            self._ledger.asked(member.node_id)
            if not await self._ledger.mail_for(member.node_id, _HOLD_S):
                return web.Response(content_type=PROTOBUF)  # an empty list
            self._recognise(request)  # it may have been replaced meanwhile
        return None

    def _after(self, request: web.Request, asked: Any, content: bytes, when: float) -> None:
        """The SuperLink has found the request, made at ``when`` on the loop's clock, to be the
        node's own, and has done what it asked."""
        path = request.raw_path
        if path == ACTIVATE:
            node_id = fleet.ActivateNodeResponse.FromString(content).node_id
            self._members.joined(request.headers, node_id)
            self._ledger.release(node_id)  # a process that this one has replaced shall learn so
            return
        node_id = asked.node_id if path == DEACTIVATE else asked.node.node_id
        self._members.seen(request.headers, node_id)
        if path == PULL:
            taken = fleet.PullMessagesResponse.FromString(content).messages_list
            if not taken:
                self._ledger.asked(node_id)
                self._ledger.found_nothing(node_id, when)
            for one in taken:
                self._ledger.took(one.metadata.message_id)
        elif path == PUSH and not fleet.PushMessagesResponse.FromString(content).objects_to_push:
            self._ledger.delivered(node_id)  # this was a repetition: all of it is there


def _refused(reason: str) -> web.Response:
    return web.Response(status=403, text=reason + "\n", headers={REFUSED: "1"})


def _as_response(passed: Passed) -> web.Response:
    return web.Response(status=passed.status, body=passed.content, content_type=passed.content_type)


async def _body(request: web.Request, largest: int) -> bytes:
    if request.content_length is not None and request.content_length > largest:
        raise _AnsweredError(413, "Too large.")
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_S):
            async for chunk in request.content.iter_chunked(_SMALL):
                body += chunk
                if len(body) > largest:
                    raise _AnsweredError(413, "Too large.")
    except TimeoutError:
        raise _AnsweredError(408, "Too slow.") from None
    return bytes(body)
