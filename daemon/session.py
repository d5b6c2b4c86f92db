"""One open connection: what comes in is answered in order, what goes out never blocks others."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from enum import StrEnum

from aiohttp import WSCloseCode

from daemon.protocol.codec import ProtocolError
from daemon.protocol.messages import ClientMessage, Message
from daemon.wire import Disconnected, Wire

MAX_UNSENT = 512
MAX_UNANSWERED = 64
MAX_AHEAD = 8
"""Answers that may wait for the socket before the next one is worked on."""
LAST_WORDS_S = 2
CLOSE_UNPAIRED = 4001
"""The pairing was removed while the session was open."""


class Kind(StrEnum):
    """Who is on the other side; decides what may be asked."""

    BROWSER = "browser"
    CLI = "cli"
    PLAYGROUND = "playground"


Answer = Callable[["Session", ClientMessage], Awaitable[None]]
IsImmediate = Callable[[ClientMessage], bool]


class Session:
    """A client that may speak, until it leaves or is told to."""

    def __init__(self, wire: Wire, kind: Kind, pairing: str = "") -> None:
        self.id = secrets.token_hex(8)
        self.kind = kind
        self.pairing = pairing
        self._wire = wire
        self._unsent: asyncio.Queue[Message | None] = asyncio.Queue(MAX_UNSENT + 1)
        self._unanswered: asyncio.Queue[ClientMessage | None] = asyncio.Queue(MAX_UNANSWERED + 1)
        self._reading: asyncio.Task[None] | None = None
        self._stopped = False
        self.ended = asyncio.Event()
        self._close_code: int = WSCloseCode.OK

    def post(self, message: Message) -> None:
        """Send when the socket is free. A client that does not read is cut off."""
        if self._unsent.qsize() < MAX_UNSENT:
            self._unsent.put_nowait(message)
        else:
            self.stop(WSCloseCode.TRY_AGAIN_LATER)

    def stop(self, code: int) -> None:
        """Read no more; what was received is still answered, then the connection closes."""
        self._stopped = True
        self._close_code = code
        if self._reading:
            self._reading.cancel()

    async def run(self, answer: Answer, is_immediate: IsImmediate) -> None:
        """Serve this client until the end of the connection.

        Immediate messages are answered as they come, so that no completion waits behind a
        search; the others one after the other.
        """
        self._reading = asyncio.create_task(self._read(answer, is_immediate))
        answering = asyncio.create_task(self._answer_in_order(answer))
        sending = asyncio.create_task(self._send())
        if self._stopped:  # before it began
            self._reading.cancel()
        try:
            await asyncio.wait({self._reading})
            self._unanswered.put_nowait(None)
            await answering
            self._unsent.put_nowait(None)
            await asyncio.wait({sending}, timeout=LAST_WORDS_S)
            await self._wire.close(self._close_code)
        finally:
            for task in (self._reading, answering, sending):
                task.cancel()
            self.ended.set()

    async def _read(self, answer: Answer, is_immediate: IsImmediate) -> None:
        while True:
            try:
                message = await self._wire.receive()
            except ProtocolError as error:
                self.post(error.as_message())
                continue
            except Disconnected:
                return
            if is_immediate(message):
                await answer(self, message)
            elif self._unanswered.qsize() < MAX_UNANSWERED:
                self._unanswered.put_nowait(message)
            else:
                busy = ProtocolError("busy")
                busy.id = message.id
                self.post(busy.as_message())

    async def _answer_in_order(self, answer: Answer) -> None:
        while message := await self._unanswered.get():
            await answer(self, message)
            if self._unsent.qsize() > MAX_AHEAD:
                await self._catch_up()

    async def _catch_up(self) -> None:
        """Wait until the client has read what it asked for, or is on its way out."""
        assert self._reading is not None
        sent = asyncio.create_task(self._unsent.join())
        await asyncio.wait({sent, self._reading}, return_when=asyncio.FIRST_COMPLETED)
        sent.cancel()

    async def _send(self) -> None:
        connected = True
        while message := await self._unsent.get():
            try:
                if connected:
                    await self._wire.send(message)
            except Disconnected:
                connected = False
                self.stop(WSCloseCode.GOING_AWAY)
            self._unsent.task_done()
