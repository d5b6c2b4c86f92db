"""One WebSocket as a pipe of messages."""

from __future__ import annotations

import asyncio

from aiohttp import WSCloseCode, WSMsgType, web

from daemon.protocol.codec import ProtocolError, decode, encode
from daemon.protocol.messages import MAX_FRAME_BYTES, SUBPROTOCOL, ClientMessage, Message

HEARTBEAT_S = 30
CLOSE_TIMEOUT_S = 2


class Disconnected(Exception):  # noqa: N818 - not an error: every connection ends this way
    """The other side is gone."""


class Wire:
    """Messages in and out of one WebSocket."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self._socket = socket
        self._transport = transport

    @classmethod
    async def open(cls, request: web.Request) -> Wire:
        """Upgrade the request. No compression: nothing to gain on loopback, bombs to lose."""
        socket = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,),
            max_msg_size=MAX_FRAME_BYTES,
            heartbeat=HEARTBEAT_S,
            timeout=CLOSE_TIMEOUT_S,
            compress=False,
        )
        await socket.prepare(request)
        return cls(socket, request.transport)

    @property
    def response(self) -> web.WebSocketResponse:
        """What the HTTP handler has to return."""
        return self._socket

    async def receive(self, max_chars: int = MAX_FRAME_BYTES) -> ClientMessage:
        """The next message. Larger than a frame may be at all: closed with 1009."""
        frame = await self._socket.receive()
        if frame.type is WSMsgType.BINARY:
            raise ProtocolError("malformed")
        if frame.type is not WSMsgType.TEXT:
            raise Disconnected
        if len(frame.data) > max_chars:
            raise ProtocolError("too_large")
        return decode(frame.data)

    async def send(self, message: Message) -> None:
        """Send one message and wait until the socket took it."""
        try:
            await self._socket.send_str(encode(message))
        except (ConnectionError, RuntimeError):  # RuntimeError: closed while we were sending
            raise Disconnected from None

    async def close(self, code: int = WSCloseCode.OK) -> None:
        """Say good-bye, but do not wait long for somebody who does not listen."""
        try:
            async with asyncio.timeout(2 * CLOSE_TIMEOUT_S):
                await self._socket.close(code=code)
        except (ConnectionError, TimeoutError):
            if self._transport is not None:
                self._transport.abort()
