"""A Flower SuperLink of our own: a process on loopback that is started again when it dies.

It carries messages and knows nodes by their keys. Its database is in a folder and outlives it;
a SuperLink killed at any moment goes on where it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

from federation.calls import new_session
from federation.certificates import Certificate, make_loopback_certificate

log = logging.getLogger("plm.coordinator.superlink")

LOG_FILE = "superlink.log"
_DATABASE = "superlink.sqlite"
_MODULE = "federation.coordinator.superlink_process"
_START_S = 60.0
_STOP_S = 5.0
_LONGEST_PAUSE_S = 30.0
_CHECK_EVERY_S = 15.0
_CHECK_S = 20.0
_CHECKS_MISSED = 3
"""So many health checks in a row must fail before a live process counts as stuck."""


class SuperLinkError(Exception):
    """The SuperLink does not start; one line for the operator."""


class SuperLink:
    """Where the SuperLink is, and whether it answers."""

    def __init__(self, folder: Path, certificate: Certificate, session: aiohttp.ClientSession):
        self.folder = folder
        self.session = session
        """Trusts this SuperLink's certificate and nothing else."""
        self.is_up = asyncio.Event()
        self._certificate = certificate
        self._port = 0
        self._pid = 0

    @property
    def url(self) -> str:
        """``https://127.0.0.1:PORT``; the port changes when it is started again."""
        return f"https://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The process that runs now, or the last one that ran."""
        return self._pid

    @classmethod
    @contextlib.asynccontextmanager
    async def started(cls, folder: Path) -> AsyncIterator[SuperLink]:
        """A SuperLink that answers, kept alive until the block is left.

        Raises `SuperLinkError` where it does not come up.
        """
        certificate = await asyncio.to_thread(_prepare, folder)
        context = ssl.create_default_context(cafile=str(certificate.certificate))
        async with new_session(context, connections=32) as session:
            superlink = cls(folder, certificate, session)
            keeping = asyncio.create_task(superlink._keep_alive())
            up = asyncio.create_task(superlink.is_up.wait())
            try:
                await asyncio.wait({keeping, up}, return_when=asyncio.FIRST_COMPLETED)
                if keeping.done():
                    keeping.result()
                yield superlink
            finally:
                for task in (up, keeping):
                    task.cancel()
                await asyncio.gather(up, keeping, return_exceptions=True)

    async def _keep_alive(self) -> None:
        pause_s = 0.5
        has_run = False
        while True:
            try:
                async with self._process() as process:
                    has_run, pause_s = True, 0.5
                    self.is_up.set()
                    await self._until_dead_or_stuck(process)
            except (SuperLinkError, OSError):  # no memory, no more files: for now
                if not has_run:
                    raise
            finally:
                self.is_up.clear()
            log.warning("superlink ended; starting it again", extra={"pause_s": pause_s})
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    @contextlib.asynccontextmanager
    async def _process(self) -> AsyncIterator[asyncio.subprocess.Process]:
        self._port = _free_port()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", _MODULE, *self._arguments()),
            env=_environment(self.folder),
            stdin=asyncio.subprocess.PIPE,  # held open: see `superlink_process`
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._pid = process.pid
        try:
            await self._until_it_answers(process)
            yield process
        finally:
            await _stop(process)

    def _arguments(self) -> list[str]:
        return [
            *("--host", "127.0.0.1", "--port", str(self._port)),
            *("--database", str(self.folder / _DATABASE)),
            # Whoever has a key that we registered may connect. Flower wants TLS with that.
            "--enable-supernode-auth",
            *("--ssl-certfile", str(self._certificate.certificate)),
            *("--ssl-keyfile", str(self._certificate.key)),
            *("--ssl-ca-certfile", str(self._certificate.certificate)),
            # The server's side of a run is us; nothing that comes with a run is ever executed.
            *("--isolation", "process"),
            "--disable-runtime-dependency-installation",
            *("--log-file", str(self.folder / LOG_FILE)),
        ]

    async def _until_it_answers(self, process: asyncio.subprocess.Process) -> None:
        deadline = asyncio.get_running_loop().time() + _START_S
        while process.returncode is None:
            if await self._answers(timeout_s=2.0):
                return
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(0.1)
        raise SuperLinkError(f"The SuperLink does not start. See {self.folder / LOG_FILE}")

    async def _until_dead_or_stuck(self, process: asyncio.subprocess.Process) -> None:
        missed = 0
        while missed < _CHECKS_MISSED:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _CHECK_EVERY_S)
                return
            missed = 0 if await self._answers(timeout_s=_CHECK_S) else missed + 1

    async def _answers(self, *, timeout_s: float) -> bool:
        timeout = aiohttp.ClientTimeout(total=timeout_s)
        try:
            async with self.session.get(f"{self.url}/health", timeout=timeout) as answer:
                return answer.status == 200  # noqa: PLR2004
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


def _prepare(folder: Path) -> Certificate:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return make_loopback_certificate(folder)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _environment(folder: Path) -> dict[str, str]:
    """Ours without proxies and other people's settings of Flower: it tells nobody anything."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FLWR_") and not name.lower().endswith("_proxy")
    }
    return kept | {
        "FLWR_HOME": str(folder / "home"),
        "FLWR_TELEMETRY_ENABLED": "0",
        "FLWR_DISABLE_UPDATE_CHECK": "1",
        "FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION": "1",
        # Its forty threads would keep an arena of freed memory each.
        "MALLOC_ARENA_MAX": "2",
        # Its INFO is one line and more for each message.
        "FLWR_LOG_LEVEL": "WARNING",
    }


async def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_S)
    except (TimeoutError, asyncio.CancelledError):
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
